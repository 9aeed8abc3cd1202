"""The records of the SQLite store: one table, found by kind and key, by athlete, and by due."""

import sqlite3
from abc import abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from typing_extensions import override

from stridetale.athlete import AthleteId
from stridetale.records import Record, Records
from stridetale.store.documents import damaged_record, micros, moment_of
from stridetale.store.sqlite_writer import Work

_COLUMNS = "SELECT kind, key, athlete, document, due FROM records"
ONE = f"{_COLUMNS} WHERE kind = ? AND key = ?"
OF_ATHLETE = f"{_COLUMNS} WHERE athlete = ? AND kind = ? ORDER BY key"
DUE = f"{_COLUMNS} WHERE kind = ? AND due <= ? ORDER BY due, key LIMIT ?"
AFTER = f"{_COLUMNS} WHERE (kind, key) > (?, ?) ORDER BY kind, key LIMIT ?"

INSERT = """
    INSERT INTO records (kind, key, athlete, document, due) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING
"""
_SAME = "WHERE kind = ? AND key = ? AND athlete = ? AND document = ? AND due IS ?"
UPDATE = f"UPDATE records SET athlete = ?, document = ?, due = ? {_SAME}"  # noqa: S608 (constants)
DELETE = f"DELETE FROM records {_SAME}"  # noqa: S608 (constants)
FORGET = (
    "DELETE FROM activities WHERE athlete = ?",
    "DELETE FROM records WHERE athlete = ?",
)

T = TypeVar("T")


class SqliteRecords(Records):
    """Keeps records through the connections of the store that inherits this."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Where it is, for people."""

    @abstractmethod
    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Have a reading thread do this."""

    @abstractmethod
    async def _write(self, work: Work[T]) -> T:
        """Have the writing thread do this."""

    @override
    async def record(self, kind: str, key: str) -> Record | None:
        found = await self._select(ONE, kind, key)
        return found[0] if found else None

    @override
    async def records(self, kind: str, athlete: AthleteId) -> Sequence[Record]:
        return await self._select(OF_ATHLETE, athlete, kind)

    @override
    async def records_due(self, kind: str, until: datetime, *, limit: int) -> Sequence[Record]:
        return await self._select(DUE, kind, micros(until), limit)

    @override
    async def records_after(self, place: tuple[str, str], *, limit: int) -> Sequence[Record]:
        return await self._select(AFTER, *place, limit)

    @override
    async def swap_record(self, old: Record | None, new: Record | None) -> bool:
        if old is None and new is None:
            return False
        if old is None or new is None:
            one = old or new
            statement = INSERT if old is None else DELETE
            values = _row(one) if one is not None else ()
        else:
            statement, values = UPDATE, (new.athlete, new.document, _due(new), *_row(old))
        return await self._write(
            lambda connection: connection.execute(statement, values).rowcount > 0
        )

    @override
    async def forget(self, athlete: AthleteId) -> None:
        def work(connection: sqlite3.Connection) -> None:
            for statement in FORGET:
                connection.execute(statement, (athlete,))

        await self._write(work)

    async def _select(self, statement: str, *values: str | int) -> list[Record]:
        return await self._read(
            lambda connection: [
                self._record(*row) for row in connection.execute(statement, values).fetchall()
            ]
        )

    def _record(self, kind: bytes, *texts: bytes | float | None) -> Record:
        *others, due = texts
        try:
            key, athlete, document = (bytes.decode(text) for text in others)  # type: ignore[arg-type]  # what is none fails here
            moment = None if due is None else moment_of(due)  # type: ignore[arg-type]  # as above
        except (UnicodeDecodeError, TypeError, OverflowError) as exc:
            raise damaged_record(kind.decode(errors="replace"), where=self.name) from exc
        return Record(kind.decode(), key, AthleteId(athlete), document, moment)


def _row(record: Record) -> tuple[str | int | None, ...]:
    return (record.kind, record.key, record.athlete, record.document, _due(record))


def _due(record: Record) -> int | None:
    return None if record.due is None else micros(record.due)
