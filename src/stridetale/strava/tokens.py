"""Tokens: a living access token for each athlete, renewed by one of us at a time.

A refresh token may die as soon as it was used, so two processes that refresh at once could lose
the grant. Whoever refreshes claims the grant first, in the store and only if it is still the one
that was read; the others wait for what comes of it. The new tokens are kept before they are used.
A claim runs out, so a process that is killed in the middle stops nobody; if Strava had already
answered it, the old refresh token is dead and the athlete has to connect again, which no client
can prevent.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import anyio
from pydantic import SecretStr

from stridetale.athlete import AthleteId, Grant
from stridetale.errors import SignInNeeded
from stridetale.strava.oauth import OAuth

EARLY = timedelta(minutes=5)
"""Before its end a token is renewed, since a call takes its time and clocks differ."""
CLAIM = timedelta(seconds=60)
"""Longer than a refresh with its time-outs takes."""
GLANCE_S = 0.2
"""Between two looks at what another refresh came to."""


class Grants(Protocol):
    """Keeps grants. What it acknowledged survives a kill."""

    async def grant(self, athlete: AthleteId) -> Grant | None:
        """The athlete's grant."""
        ...

    async def swap_grant(self, athlete: AthleteId, old: Grant, new: Grant | None) -> bool:
        """Put a grant in the place of an old one; None removes it.

        Returns:
            Whether the old one was (still) there; otherwise nothing changed.
        """
        ...


class Tokens:
    """Access tokens.

    Args:
        grants: where they are kept.
        oauth: where they are renewed.
        now: the time.
        sleep: waits so many seconds.
    """

    def __init__(
        self,
        grants: Grants,
        oauth: OAuth,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    ) -> None:
        self._grants, self._oauth, self._now, self._sleep = grants, oauth, now, sleep

    async def scopes(self, athlete: AthleteId) -> frozenset[str]:
        """What the athlete allowed.

        Raises:
            SignInNeeded: nothing (any more).
        """
        return (await self._grant(athlete)).scopes

    async def token(self, athlete: AthleteId, *, unlike: SecretStr | None = None) -> SecretStr:
        """A token that lives for some minutes at the least.

        Args:
            athlete: whose.
            unlike: one that Strava refused: another is fetched, however long it should live.

        Raises:
            SignInNeeded: there is no grant, or Strava does not renew it.
            StravaRefused, StravaUnreachable: Strava gave no answer that can be used.
        """
        while True:
            grant, now = await self._grant(athlete), self._now()
            if grant.expires_at - now > EARLY and grant.access_token != unlike:
                return grant.access_token
            if grant.claimed_until is not None and grant.claimed_until > now:
                await self._sleep(GLANCE_S)
                continue
            claimed = replace(grant, claimed_until=now + CLAIM)
            if await self._grants.swap_grant(athlete, grant, claimed):
                return (await self._renewed(athlete, claimed)).access_token

    async def _renewed(self, athlete: AthleteId, claimed: Grant) -> Grant:
        """A claimed grant with new tokens, kept; where it fails the claim is given back.

        Once it is begun nobody cancels it: what Strava rotated must not be lost. Time-outs end it.
        """
        with anyio.CancelScope(shield=True):
            kept: Grant | None = replace(claimed, claimed_until=None)
            try:
                kept = await self._oauth.refresh(claimed)
            except SignInNeeded:
                kept = None
                raise
            finally:
                await self._grants.swap_grant(athlete, claimed, kept)
        return await self._grant(athlete)

    async def _grant(self, athlete: AthleteId) -> Grant:
        grant = await self._grants.grant(athlete)
        if grant is None:
            raise SignInNeeded
        return grant
