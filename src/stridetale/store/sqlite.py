"""A store in one SQLite file, for one machine.

    tasks ── writes ──▶ one thread ──▶ one transaction for all that wait ──▶ the file (WAL)
    tasks ── reads ───▶ two threads ◀──────────────────────────────────────── the file

Values are JSON documents beside the columns by which they are found. Other processes may use the
file at the same time.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar

import anyio
import anyio.to_thread
from typing_extensions import override

from stridetale.activity import Activity, ActivityId
from stridetale.athlete import AthleteId
from stridetale.copying import Kept, Portable
from stridetale.errors import ActivityNotFound, StoreUnavailable
from stridetale.library import Entry, Position
from stridetale.store.documents import Document, damaged, micros, parsed
from stridetale.store.sqlite_file import (
    PATIENCE_S,
    open_for_reading,
    open_for_writing,
    translated,
)
from stridetale.store.sqlite_records import SqliteRecords
from stridetale.store.sqlite_writer import SqliteWriter, Work
from stridetale.story import Story

READERS = 2

UPDATE_ACTIVITY = "UPDATE activities SET start = ?, document = ? WHERE athlete = ? AND id = ?"
INSERT_ACTIVITY = "INSERT INTO activities (start, document, athlete, id) VALUES (?, ?, ?, ?)"
DELETE_ACTIVITY = "DELETE FROM activities WHERE athlete = ? AND id = ?"
MARK_TOLD = "UPDATE activities SET told = 1 WHERE athlete = ? AND id = ?"
MARK = "UPDATE activities SET told = ? WHERE athlete = ? AND id = ?"
PUT_STORY = "INSERT INTO stories (athlete, activity, number, document) VALUES (?, ?, ?, ?)"
INSERT_STORY = """
    INSERT INTO stories (athlete, activity, number, document)
    SELECT :athlete, :activity, 1 + COALESCE(MAX(number), 0), :document
    FROM stories WHERE athlete = :athlete AND activity = :activity
"""
STORIES = """
    SELECT activity, document FROM stories WHERE athlete = ? AND activity = ? ORDER BY number DESC
"""
_ENTRIES = """
    SELECT id, document, (
        SELECT document FROM stories
        WHERE athlete = activities.athlete AND activity = activities.id
        ORDER BY number DESC LIMIT 1
    )
    FROM activities WHERE athlete = :athlete
"""
_PAGE = "AND (start, id) < (:start, :id) ORDER BY start DESC, id DESC LIMIT :limit"
ENTRY = f"{_ENTRIES} AND id = :id"
PAGE = f"{_ENTRIES} {_PAGE}"
PAGE_BY_TOLD = f"{_ENTRIES} AND told = :told {_PAGE}"

COUNT = "SELECT count(*) FROM activities"
KEPT = """
    SELECT athlete, id, document FROM activities WHERE (athlete, id) > (?, ?)
    ORDER BY athlete, id LIMIT ?
"""
KEPT_STORIES = "SELECT document FROM stories WHERE athlete = ? AND activity = ? ORDER BY number"
DELETE_STORIES = "DELETE FROM stories WHERE athlete = ? AND activity = ?"

_AFTER_ALL = 2**63 - 1

T = TypeVar("T")


async def open_sqlite(path: Path, *, patience_s: float = PATIENCE_S) -> "SqliteStore":
    """Open a store; its file and its folder are made where there are none, for the owner's eyes.

    Args:
        path: the file.
        patience_s: how long to wait for another program that writes.

    Raises:
        StoreTooNew: a newer Stridetale wrote it.
        StoreFailed: it cannot be used; the sentence names the file and how to mend it.
    """
    loop = asyncio.get_running_loop()
    return await anyio.to_thread.run_sync(_open, path, patience_s, loop)


def _open(path: Path, patience_s: float, loop: asyncio.AbstractEventLoop) -> "SqliteStore":
    with ExitStack() as undo:
        writing = open_for_writing(path, patience_s)
        undo.callback(writing.close)
        readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        for _ in range(READERS):
            reading = open_for_reading(path, patience_s)
            undo.callback(reading.close)
            readers.put(reading)
        undo.pop_all()
    return SqliteStore(path, SqliteWriter(path, writing, loop), readers)


class SqliteStore(SqliteRecords, Portable):
    """Keeps activities and stories in one SQLite file; `open_sqlite` opens it.

    It belongs to the event loop that opened it. A write whose task is cancelled is still done.

    Args:
        path: the file.
        writer: who writes.
        readers: `READERS` connections that read.
    """

    def __init__(
        self, path: Path, writer: SqliteWriter, readers: SimpleQueue[sqlite3.Connection]
    ) -> None:
        self._path, self._writer, self._readers = path, writer, readers
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="stridetale-reader")
        self._closed = False

    @override
    async def keep_activity(self, athlete: AthleteId, activity: Activity) -> bool:
        row = (micros(activity.start), activity.model_dump_json(), athlete, activity.id)

        def work(connection: sqlite3.Connection) -> bool:
            new = connection.execute(UPDATE_ACTIVITY, row).rowcount == 0
            if new:
                connection.execute(INSERT_ACTIVITY, row)
            return new

        return await self._write(work)

    @override
    async def keep_story(self, athlete: AthleteId, activity_id: ActivityId, story: Story) -> None:
        row = {"athlete": athlete, "activity": activity_id, "document": story.model_dump_json()}

        def work(connection: sqlite3.Connection) -> None:
            if connection.execute(MARK_TOLD, (athlete, activity_id)).rowcount == 0:
                raise ActivityNotFound(activity_id)
            connection.execute(INSERT_STORY, row)

        await self._write(work)

    @override
    async def entry(self, athlete: AthleteId, activity_id: ActivityId) -> Entry | None:
        rows = await self._read(
            lambda connection: self._entries(connection, ENTRY, athlete=athlete, id=activity_id)
        )
        return rows[0] if rows else None

    @override
    async def entries(
        self,
        athlete: AthleteId,
        *,
        limit: int,
        before: Position | None = None,
        told: bool | None = None,
    ) -> list[Entry]:
        start, activity_id = _AFTER_ALL, ""
        if before is not None:
            start, activity_id = micros(before.start), before.activity_id
        page = PAGE if told is None else PAGE_BY_TOLD
        return await self._read(
            lambda connection: self._entries(
                connection,
                page,
                athlete=athlete,
                told=told,
                start=start,
                id=activity_id,
                limit=limit,
            )
        )

    @override
    async def stories(self, athlete: AthleteId, activity_id: ActivityId) -> list[Story]:
        def work(connection: sqlite3.Connection) -> list[Story]:
            rows = connection.execute(STORIES, (athlete, activity_id)).fetchall()
            return [self._parsed(Story, *row) for row in rows]

        return await self._read(work)

    @override
    async def delete_activity(self, athlete: AthleteId, activity_id: ActivityId) -> bool:
        row = (athlete, activity_id)
        return await self._write(
            lambda connection: connection.execute(DELETE_ACTIVITY, row).rowcount > 0
        )

    @property
    @override
    def name(self) -> str:
        return str(self._path)

    @override
    async def count(self) -> int:
        def work(connection: sqlite3.Connection) -> int:
            [[number]] = connection.execute(COUNT)
            return int(number)

        return await self._read(work)

    @override
    async def kept_after(self, key: tuple[str, str], *, limit: int) -> Sequence[Kept]:
        def work(connection: sqlite3.Connection) -> list[Kept]:
            rows = connection.execute(KEPT, (*key, limit)).fetchall()
            return [self._kept(connection, row) for row in rows]

        return await self._read(work)

    @override
    async def put(self, kept: Kept) -> None:
        activity = parsed(Activity, kept.document, of=kept.activity_id, where=self.name)
        key = (kept.athlete, kept.activity_id)
        row = (micros(activity.start), kept.document, *key)

        def work(connection: sqlite3.Connection) -> None:
            if connection.execute(UPDATE_ACTIVITY, row).rowcount == 0:
                connection.execute(INSERT_ACTIVITY, row)
            connection.execute(DELETE_STORIES, key)
            connection.execute(MARK, (bool(kept.stories), *key))
            for number, story in enumerate(kept.stories, start=1):
                connection.execute(PUT_STORY, (*key, number, story))

        await self._write(work)

    @override
    async def ping(self) -> None:
        def work(connection: sqlite3.Connection) -> None:
            if not self._path.exists():  # SQLite might go on with a file that is no more
                raise StoreUnavailable(f"The database {self._path} is gone: restart Stridetale.")
            connection.execute("SELECT 1 FROM activities LIMIT 1").fetchall()

        await self._read(work)

    @override
    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._writer.finish()
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(self._let_go)

    def _let_go(self) -> None:
        self._pool.shutdown()
        with suppress(Empty):
            while True:
                self._readers.get_nowait().close()
        self._writer.join()

    @override
    async def _write(self, work: Work[T]) -> T:
        self._check_open()
        return await self._writer.submit(work)

    @override
    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._reading, work)

    def _reading(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._readers.get()
        try:
            return work(connection)
        except sqlite3.Error as exc:
            raise translated(self._path, exc) from exc
        finally:
            self._readers.put(connection)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable(f"The database {self._path} is closed: restart Stridetale.")

    def _entries(
        self, connection: sqlite3.Connection, statement: str, **keys: str | int | None
    ) -> list[Entry]:
        return [
            Entry(
                activity=self._parsed(Activity, activity_id, activity),
                story=None if story is None else self._parsed(Story, activity_id, story),
            )
            for activity_id, activity, story in connection.execute(statement, keys).fetchall()
        ]

    def _kept(self, connection: sqlite3.Connection, row: tuple[bytes, bytes, bytes]) -> Kept:
        athlete, name, document = (self._text(Activity, row[1], part) for part in row)
        stories = connection.execute(KEPT_STORIES, (athlete, name)).fetchall()
        return Kept(
            AthleteId(athlete),
            ActivityId(name),
            document,
            tuple(self._text(Story, row[1], story) for [story] in stories),
        )

    def _parsed(self, kind: type[Document], activity_id: bytes, document: bytes) -> Document:
        return parsed(kind, document, of=_name(activity_id), where=self.name)

    def _text(self, kind: type[Activity | Story], activity_id: bytes, document: object) -> str:
        try:
            return bytes.decode(document)  # type: ignore[arg-type]  # what is none fails here
        except (UnicodeDecodeError, TypeError) as exc:
            raise damaged(kind, of=_name(activity_id), where=self.name) from exc


def _name(activity_id: bytes) -> str:
    return activity_id.decode(errors="replace")
