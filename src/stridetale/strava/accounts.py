"""Accounts: the athletes who connected Strava, from their sign-in to their farewell."""

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime

import structlog
from pydantic import AwareDatetime

from stridetale.activity import Frozen
from stridetale.athlete import AthleteId
from stridetale.errors import (
    AthleteNotAllowed,
    ScopeMissing,
    SignInNeeded,
    StoreDamaged,
    StravaFailed,
)
from stridetale.library import Library, Store
from stridetale.policy import DataPolicy
from stridetale.records import Record
from stridetale.strava.grants import SealedGrants
from stridetale.strava.oauth import READ, READ_ALL, OAuth, SignedIn

log = structlog.get_logger()

ATHLETE = "athlete"
_PAGE = 100


class Account(Frozen):
    """An athlete of this service."""

    athlete: AthleteId
    name: str | None = None
    """As Strava has it; not kept under the strict policy."""
    since: AwareDatetime
    """The first sign-in."""


class Farewell(Frozen):
    """What was done when an athlete left: the written confirmation."""

    athlete: AthleteId
    at: AwareDatetime
    activities: int
    """How many were deleted, with all their stories."""
    strava_revoked: bool
    """Whether Strava took our permission back; if not, the athlete can, in Strava's settings."""


class Accounts:
    """The athletes who connected Strava.

    Args:
        store: where everything of theirs is.
        library: what goes with them.
        grants: what they allowed.
        oauth: where it is given back.
        policy: whether their names are kept.
        allowed: who may sign in; none means everybody.
        now: the time.
    """

    def __init__(
        self,
        store: Store,
        library: Library,
        grants: SealedGrants,
        oauth: OAuth,
        policy: DataPolicy,
        *,
        allowed: frozenset[AthleteId] = frozenset(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._library = store, library
        self._grants, self._oauth = grants, oauth
        self._policy, self._allowed, self._now = policy, allowed, now

    def check(self, athlete: AthleteId) -> None:
        """Return if this athlete may use the service.

        Raises:
            AthleteNotAllowed: the operator's list has others.
        """
        if self._allowed and athlete not in self._allowed:
            raise AthleteNotAllowed(athlete)

    async def welcome(self, signed_in: SignedIn) -> Account:
        """Keep an athlete who came from Strava's page, and what they granted.

        Raises:
            AthleteNotAllowed: the operator's list has others; nothing is kept.
            ScopeMissing: without it nothing can be read; nothing is kept.
        """
        athlete, grant = signed_in.athlete, signed_in.grant
        self.check(athlete)
        if not {READ, READ_ALL} & grant.scopes:
            raise ScopeMissing(READ)
        name = signed_in.name if self._policy.name == "personal" else None
        while True:
            old = await self._store.record(ATHLETE, athlete)
            known = _account_of(old)
            since = self._now() if known is None else known.since
            account = Account(athlete=athlete, name=name, since=since)
            new = Record(ATHLETE, athlete, athlete, account.model_dump_json())
            if await self._store.swap_record(old, new):
                break
        await self._grants.put_grant(athlete, grant)
        return account

    async def of(self, athlete: AthleteId) -> Account | None:
        """The athlete's account; None for one who never signed in, or who left."""
        return _account_of(await self._store.record(ATHLETE, athlete))

    async def every(self) -> AsyncGenerator[Account, None]:
        """All accounts that can be read."""
        place = (ATHLETE, "")
        while found := await self._store.records_after(place, limit=_PAGE):
            for record in found:
                if record.kind != ATHLETE:
                    return
                if (account := _account_of(record)) is not None:
                    yield account
            place = (found[-1].kind, found[-1].key)

    async def forget(self, athlete: AthleteId) -> Farewell:
        """Give the permission back at Strava, and delete everything of an athlete, for good.

        Where Strava cannot be told, everything is deleted all the same, and the answer says so.
        """
        revoked = await self._revoked(athlete)
        activities = await self._library.forget(athlete)
        return Farewell(
            athlete=athlete, at=self._now(), activities=activities, strava_revoked=revoked
        )

    async def _revoked(self, athlete: AthleteId) -> bool:
        grant = await self._grants.grant(athlete)
        if grant is None:
            return True
        try:
            await self._oauth.revoke(grant)
        except SignInNeeded:  # it was dead already
            return True
        except StravaFailed as exc:
            log.warning("strava.not_revoked", kind=exc.kind, detail=exc.detail)
            return False
        return True


def _account_of(record: Record | None) -> Account | None:
    """The account; None where there is none that can be read: the next sign-in mends it."""
    try:
        return None if record is None else record.read(Account)
    except StoreDamaged as exc:
        log.warning("athlete.unreadable", detail=exc.detail)
        return None
