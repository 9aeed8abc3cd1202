"""The records of the MongoDB store: a collection, found by kind and key, by athlete, and by due.

    records: {kind, key, athlete, document, due (microseconds since 1970, UTC, or null)}

Every swap is one write of one document, filtered by all that the old one had. The driver repeats
a write whose answer it did not get, and the server knows the repetition for what it is: it answers
what it would have answered then. A server by itself cannot, so nothing is repeated on it, and the
call fails: nobody knows whether it was done.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bson.int64 import Int64
from pymongo.errors import DuplicateKeyError
from typing_extensions import override

from stridetale.athlete import AthleteId
from stridetale.records import Record, Records
from stridetale.store.documents import damaged_record, micros, moment_of
from stridetale.store.mongo_server import Database, MongoServer

Filter = Mapping[str, object]
Order = Mapping[str, int]

_PLACE = {"kind": 1, "key": 1}


class MongoRecords(Records):
    """Keeps records through the server of the store that inherits this."""

    _server: MongoServer

    @override
    async def record(self, kind: str, key: str) -> Record | None:
        found = await self._server.read(
            lambda database: database.records.find_one({"kind": kind, "key": key})
        )
        return None if found is None else self._record(found)

    @override
    async def records(self, kind: str, athlete: AthleteId) -> Sequence[Record]:
        return await self._found({"athlete": athlete, "kind": kind}, {"key": 1})

    @override
    async def records_due(self, kind: str, until: datetime, *, limit: int) -> Sequence[Record]:
        due = {"kind": kind, "due": {"$lte": Int64(micros(until))}}
        return await self._found(due, {"due": 1, "key": 1}, limit)

    @override
    async def records_after(self, place: tuple[str, str], *, limit: int) -> Sequence[Record]:
        kind, key = place
        after = {"kind": {"$gte": kind}, "$or": [{"kind": {"$gt": kind}}, {"key": {"$gt": key}}]}
        return await self._found(after, _PLACE, limit)

    @override
    async def swap_record(self, old: Record | None, new: Record | None) -> bool:
        if old is None:
            return new is not None and await self._inserted(new)
        same = _fields(old)
        if new is None:
            deleted = await self._server.write(lambda database: database.records.delete_one(same))
            return deleted.deleted_count > 0
        fields = _fields(new)
        updated = await self._server.write(
            lambda database: database.records.update_one(same, {"$set": fields})
        )
        return updated.matched_count > 0

    @override
    async def forget(self, athlete: AthleteId) -> None:
        mine = {"athlete": athlete}
        for collection in ("activities", "records"):
            await self._server.write_again(
                lambda database, name=collection: database[name].delete_many(mine)  # type: ignore[misc]  # bound now
            )

    async def _inserted(self, new: Record) -> bool:
        async def insert(database: Database) -> bool:
            try:
                await database.records.insert_one(_fields(new))
            except DuplicateKeyError as exc:
                if (exc.details or {}).get("keyPattern") != _PLACE:
                    raise
                return False
            return True

        return await self._server.write(insert)

    async def _found(self, wanted: Filter, order: Order, limit: int = 0) -> list[Record]:
        found = await self._server.read(
            lambda database: database.records.find(wanted).sort(order).limit(limit).to_list()
        )
        return [self._record(document) for document in found]

    def _record(self, found: Mapping[str, Any]) -> Record:
        kind, key, athlete, document, due = (
            found.get(name) for name in ("kind", "key", "athlete", "document", "due")
        )
        texts = all(isinstance(text, str) for text in (kind, key, athlete, document))
        if not texts or not isinstance(due, int | None):
            raise damaged_record(kind, where=self._server.name)
        moment = None if due is None else moment_of(due)
        return Record(str(kind), str(key), AthleteId(str(athlete)), str(document), moment)


def _fields(record: Record) -> dict[str, Any]:
    return {
        "kind": record.kind,
        "key": record.key,
        "athlete": record.athlete,
        "document": record.document,
        "due": None if record.due is None else Int64(micros(record.due)),
    }
