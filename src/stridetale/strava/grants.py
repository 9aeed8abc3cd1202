"""Grants as they are kept: sealed, so that whoever reads the store cannot use them."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr
from typing_extensions import override

from stridetale.athlete import AthleteId, Grant
from stridetale.records import Record, Records
from stridetale.strava.tokens import Grants

GRANT = "grant"


_PAGE = 100


class Sealer(Protocol):
    """Seals texts, and opens what it sealed; `stridetale.vault` has one."""

    def seal(self, text: str) -> str:
        """The text, so that nobody without the key can read it."""
        ...

    def open(self, sealed: str) -> str:
        """The text that was sealed."""
        ...

    def reseal(self, sealed: str) -> str:
        """The same, sealed with the newest key."""
        ...


class SealedGrants(Grants):
    """Grants in records.

    Args:
        records: where.
        vault: what seals them.
    """

    def __init__(self, records: Records, vault: Sealer) -> None:
        self._records, self._vault = records, vault

    @override
    async def grant(self, athlete: AthleteId) -> Grant | None:
        found = await self._records.record(GRANT, athlete)
        return None if found is None else self._opened(found)

    @override
    async def swap_grant(self, athlete: AthleteId, old: Grant, new: Grant | None) -> bool:
        found = await self._records.record(GRANT, athlete)
        if found is None or self._opened(found) != old:
            return False
        return await self._records.swap_record(
            found, None if new is None else self._sealed(athlete, new)
        )

    async def put_grant(self, athlete: AthleteId, grant: Grant) -> None:
        """Keep what an athlete has just granted, in place of whatever there is."""
        new = self._sealed(athlete, grant)
        while True:
            if await self._records.swap_record(await self._records.record(GRANT, athlete), new):
                return

    async def reseal(self) -> int:
        """Seal every grant with the newest key, and say how many there are."""
        number, place = 0, (GRANT, "")
        while found := await self._records.records_after(place, limit=_PAGE):
            for record in found:
                if record.kind != GRANT:
                    return number
                number += 1
                anew = self._vault.reseal(json.loads(record.document)["sealed"])
                # where it was renewed meanwhile, it is sealed with the newest key already
                new = replace(record, document=json.dumps({"sealed": anew}))
                await self._records.swap_record(record, new)
            place = found[-1].place
        return number

    def _sealed(self, athlete: AthleteId, grant: Grant) -> Record:
        claimed = grant.claimed_until
        text = {
            "access_token": grant.access_token.get_secret_value(),
            "refresh_token": grant.refresh_token.get_secret_value(),
            "expires_at": grant.expires_at.isoformat(),
            "scopes": sorted(grant.scopes),
            "claimed_until": None if claimed is None else claimed.isoformat(),
        }
        sealed = self._vault.seal(json.dumps(text))
        return Record(GRANT, athlete, athlete, json.dumps({"sealed": sealed}))

    def _opened(self, record: Record) -> Grant:
        text = json.loads(self._vault.open(json.loads(record.document)["sealed"]))
        claimed = text["claimed_until"]
        return Grant(
            SecretStr(text["access_token"]),
            SecretStr(text["refresh_token"]),
            datetime.fromisoformat(text["expires_at"]),
            frozenset(text["scopes"]),
            None if claimed is None else datetime.fromisoformat(claimed),
        )
