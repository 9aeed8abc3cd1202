"""Sessions: who a browser or a script speaks for, until they sign out.

Secrets are shown once, to whom they were made for; what is kept is their SHA-256, so whoever reads
the store cannot sign in with it. They have 256 bits of chance, which needs no slow hash.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, Field, SecretStr

from stridetale.activity import Frozen
from stridetale.athlete import AthleteId
from stridetale.errors import TokenNotFound, TooManyTokens
from stridetale.records import Record, Records

LIFE = timedelta(days=30)
"""Of a session; then the athlete signs in again."""
MOST_TOKENS = 50
"""Of one athlete: enough for every script, and nobody fills the store with them."""
TOKEN_PREFIX = "stridetale_"  # noqa: S105 (how a token begins, so that scanners find a lost one)

_SESSION: Literal["session"] = "session"
_TOKEN: Literal["token"] = "token"  # noqa: S105 (the kind of a record)


class Token(Frozen):
    """A personal API token, without its secret."""

    id: str
    """By which it is revoked."""
    name: str = Field(min_length=1, max_length=60)
    """The athlete's own word for it."""
    made_at: AwareDatetime


class Sessions:
    """Sessions of browsers, and tokens of scripts.

    Args:
        records: where they are kept.
        now: the time.
    """

    def __init__(
        self, records: Records, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._records, self._now = records, now

    async def begin(self, athlete: AthleteId) -> SecretStr:
        """A new session; its secret belongs in the browser's cookie."""
        secret = secrets.token_urlsafe(32)
        due = self._now() + LIFE
        await self._records.swap_record(None, Record(_SESSION, _hash(secret), athlete, "{}", due))
        return SecretStr(secret)

    async def athlete_of(self, secret: str) -> AthleteId | None:
        """Whose session or token this is; None where it is none, or none any more."""
        kind = _TOKEN if secret.startswith(TOKEN_PREFIX) else _SESSION
        found = await self._records.record(kind, _hash(secret))
        if found is None or (found.due is not None and found.due <= self._now()):
            return None
        return found.athlete

    async def end(self, secret: str) -> None:
        """End a session; one that has ended is as good."""
        await self._remove(await self._records.record(_SESSION, _hash(secret)))

    async def end_all(self, athlete: AthleteId) -> None:
        """End the sessions of all browsers; tokens stay."""
        for found in await self._records.records(_SESSION, athlete):
            await self._remove(found)

    async def sweep(self) -> None:
        """Remove what has run out."""
        while found := await self._records.records_due(_SESSION, self._now(), limit=100):
            for one in found:
                await self._remove(one)

    async def make_token(self, athlete: AthleteId, name: str) -> tuple[Token, SecretStr]:
        """A new token, with the secret that is shown this once.

        Raises:
            TooManyTokens: the athlete has as many as one may have.
        """
        if len(await self._records.records(_TOKEN, athlete)) >= MOST_TOKENS:
            raise TooManyTokens(MOST_TOKENS)
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        token = Token(id=secrets.token_hex(4), name=name, made_at=self._now())
        record = Record(_TOKEN, _hash(secret), athlete, token.model_dump_json())
        await self._records.swap_record(None, record)
        return token, SecretStr(secret)

    async def tokens(self, athlete: AthleteId) -> Sequence[Token]:
        """An athlete's tokens, oldest first."""
        found = await self._records.records(_TOKEN, athlete)
        tokens = [record.read(Token) for record in found]
        return sorted(tokens, key=lambda token: (token.made_at, token.id))

    async def revoke_token(self, athlete: AthleteId, token_id: str) -> None:
        """Revoke a token.

        Raises:
            TokenNotFound: the athlete has none of this id.
        """
        for found in await self._records.records(_TOKEN, athlete):
            if found.read(Token).id == token_id:
                await self._remove(found)
                return
        raise TokenNotFound(token_id)

    async def _remove(self, record: Record | None) -> None:
        if record is not None:
            await self._records.swap_record(record, None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
