"""Codes and tokens: who has been let in, by whom, and for what.

https://developers.strava.com/docs/authentication/: a code is good once; an access token lives six
hours; a refresh while more than an hour is left gives the same one; otherwise both tokens are new,
and the old refresh token is dead.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from stridetale.strava.sandbox.terms import SandboxTerms
from stridetale.strava.sandbox.world import Json

LIFE = timedelta(hours=6)
SAME = timedelta(hours=1)
CODE_LIFE = timedelta(minutes=10)


@dataclass
class Permission:
    """What an athlete has allowed the application."""

    athlete: int
    scopes: frozenset[str]
    access_token: str
    refresh_token: str
    expires_at: datetime


class Access:
    """All codes and tokens that are alive.

    Args:
        terms: clock and application.
    """

    def __init__(self, terms: SandboxTerms) -> None:
        self._terms = terms
        self._codes: dict[str, tuple[int, frozenset[str], datetime]] = {}
        self._permissions: dict[int, Permission] = {}

    def knows(self, client_id: str, client_secret: str) -> bool:
        """Whether this is our application."""
        terms = self._terms
        return (client_id, client_secret) == (terms.client_id, terms.client_secret)

    def code(self, athlete: int, scopes: frozenset[str]) -> str:
        """A code for an athlete who has just agreed."""
        code = secrets.token_hex(20)
        self._codes[code] = (athlete, scopes, self._terms.now() + CODE_LIFE)
        return code

    def exchange(self, code: str) -> Permission | None:
        """The permission for a code; None where it is not good (any more)."""
        found = self._codes.pop(code, None)
        if found is None or found[2] < self._terms.now():
            return None
        athlete, scopes, _ = found
        old = self._permissions.get(athlete)
        if old is None or old.scopes != scopes or old.expires_at - self._terms.now() <= SAME:
            self._permissions[athlete] = self._made(athlete, scopes)
        return self._permissions[athlete]

    def refresh(self, refresh_token: str) -> Permission | None:
        """The permission with tokens that live; None where the refresh token is dead."""
        found = next(
            (one for one in self._permissions.values() if one.refresh_token == refresh_token), None
        )
        if found is None or found.expires_at - self._terms.now() > SAME:
            return found
        self._permissions[found.athlete] = self._made(found.athlete, found.scopes)
        return self._permissions[found.athlete]

    def of(self, access_token: str) -> Permission | None:
        """The permission that an access token stands for; None where it is none (any more)."""
        found = next(
            (one for one in self._permissions.values() if one.access_token == access_token), None
        )
        return None if found is None or found.expires_at <= self._terms.now() else found

    def revoke(self, token: str) -> int | None:
        """Forget a permission by either of its tokens, and say whose it was."""
        for athlete, one in self._permissions.items():
            if token in {one.access_token, one.refresh_token}:
                return self.revoke_of(athlete)
        return None

    def revoke_of(self, athlete: int) -> int | None:
        """Forget what an athlete had allowed; None where there was nothing."""
        return athlete if self._permissions.pop(athlete, None) else None

    def age(self, athlete: int, by: timedelta) -> None:
        """Let the access token of an athlete end so much earlier, as if time had passed."""
        if found := self._permissions.get(athlete):
            found.expires_at -= by

    @property
    def alive(self) -> int:
        """How many athletes have let the application in."""
        return len(self._permissions)

    def as_json(self, permission: Permission) -> Json:
        """The answer of the token endpoint, without the athlete."""
        left = permission.expires_at - self._terms.now()
        return {
            "token_type": "Bearer",
            "expires_at": int(permission.expires_at.timestamp()),
            "expires_in": max(0, int(left.total_seconds())),
            "refresh_token": permission.refresh_token,
            "access_token": permission.access_token,
        }

    def _made(self, athlete: int, scopes: frozenset[str]) -> Permission:
        until = self._terms.now() + LIFE
        return Permission(athlete, scopes, secrets.token_hex(20), secrets.token_hex(20), until)
