"""The SQLite file: how it is made and opened, its schema, and what its errors mean."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from stridetale.errors import StoreDamaged, StoreFailed, StoreUnavailable
from stridetale.store.documents import due

PATIENCE_S = 5.0
"""How long to wait for another program that writes."""

APPLICATION = 0x53747264
"""Written into the file (`PRAGMA application_id`), so that we know our own: "Strd"."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # start: microseconds since 1970, UTC; told: 1 where there is a story, else 0
        """
        CREATE TABLE activities (
            athlete TEXT NOT NULL,
            id TEXT NOT NULL,
            start INTEGER NOT NULL,
            told INTEGER NOT NULL DEFAULT 0,
            document TEXT NOT NULL,
            UNIQUE (athlete, id)
        )
        """,
        "CREATE INDEX activities_by_start ON activities (athlete, start, id)",
        "CREATE INDEX activities_by_told ON activities (athlete, told, start, id)",
        """
        CREATE TABLE stories (
            athlete TEXT NOT NULL,
            activity TEXT NOT NULL,
            number INTEGER NOT NULL,
            document TEXT NOT NULL,
            UNIQUE (athlete, activity, number),
            FOREIGN KEY (athlete, activity) REFERENCES activities (athlete, id) ON DELETE CASCADE
        )
        """,
    ),
    (
        # due: microseconds since 1970, UTC
        """
        CREATE TABLE records (
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            athlete TEXT NOT NULL,
            document TEXT NOT NULL,
            due INTEGER,
            UNIQUE (kind, key)
        )
        """,
        "CREATE INDEX records_by_athlete ON records (athlete, kind, key)",
        "CREATE INDEX records_by_due ON records (kind, due, key) WHERE due IS NOT NULL",
    ),
)
"""Step n leads from schema n to n + 1. A step that was released is never changed.

The documents are part of the schema. A field that is new in `Activity` or `Story` has a default and
brings a step, if an empty one, so that an older version refuses the file rather than find damage in
it; for a field that goes or changes its meaning the step rewrites the documents.
"""

_ELSEWHERE = "or set STRIDETALE_DATA_DIR to another folder"

_MEANINGS: Mapping[int, tuple[type[StoreFailed], str]] = {
    sqlite3.SQLITE_BUSY: (
        StoreUnavailable,
        "is kept busy by another program: wait until that is done, or end it",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StoreUnavailable,
        f"cannot be opened: see that you may write to it and to its folder, {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_CORRUPT: (
        StoreDamaged,
        "is damaged: put a backup in its place, or move it away to begin anew",
    ),
    sqlite3.SQLITE_FULL: (
        StoreUnavailable,
        f"has no room left on its disk: make some, {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_IOERR: (
        StoreUnavailable,
        f"cannot be read or written, since its disk fails: check the disk, {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_NOTADB: (
        StoreUnavailable,
        f"is not a database: move that file away, {_ELSEWHERE}",
    ),
    sqlite3.SQLITE_READONLY: (
        StoreUnavailable,
        f"is read-only: allow writing to it and to its folder, {_ELSEWHERE}",
    ),
}


def translated(path: Path, error: sqlite3.Error) -> StoreFailed:
    """What an error of SQLite means, and how to mend it."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # less its extension
    leaf, meaning = _MEANINGS.get(code, (StoreUnavailable, f"does not answer ({error})"))
    return leaf(f"The database {path} {meaning}.")


def open_for_writing(path: Path, patience_s: float) -> sqlite3.Connection:
    """A connection to the file, which is made or brought up to date where it has to be.

    Raises:
        StoreTooNew: a newer Stridetale wrote it.
        StoreFailed: it cannot be used; the sentence names it.
    """
    _make(path)
    try:
        with ExitStack() as undo:
            connection = _connect(path, patience_s)
            undo.callback(connection.close)
            _recognise(path, connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            migrate(connection)
            # nothing; but a read-only file is told of now, not at the first write
            connection.execute("DELETE FROM activities WHERE FALSE")
            undo.pop_all()
            return connection
    except sqlite3.Error as exc:
        raise translated(path, exc) from exc


def open_for_reading(path: Path, patience_s: float) -> sqlite3.Connection:
    """A connection that cannot write and gives text as bytes, as it is in the file.

    Raises:
        StoreFailed: it cannot be opened; the sentence names it.
    """
    try:
        connection = _connect(path, patience_s)
        connection.execute("PRAGMA query_only = ON")
    except sqlite3.Error as exc:
        raise translated(path, exc) from exc
    connection.text_factory = bytes  # a document that is not UTF-8 fails where it is parsed
    return connection


def _make(path: Path) -> None:
    """The folder and an empty file that only its owner may read."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.is_dir():
            raise StoreUnavailable(f"The database {path} is a folder: move it away, {_ELSEWHERE}.")
        # an existing one must not be opened here: closing it would drop the locks SQLite has on it
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if not path.exists():  # then it was the folder that could not be made
            raise StoreUnavailable(_unmade(path, f"{path.parent} is a file")) from None
    except OSError as exc:
        raise StoreUnavailable(_unmade(path, exc.strerror or str(exc))) from exc


def _unmade(path: Path, why: str) -> str:
    return (
        f"The database {path} cannot be made ({why}): "
        "set STRIDETALE_DATA_DIR to a folder that you may write to."
    )


def _connect(path: Path, patience_s: float) -> sqlite3.Connection:
    """A connection that begins no transactions by itself and waits for others that write."""
    return sqlite3.connect(path, timeout=patience_s, isolation_level=None, check_same_thread=False)


def _recognise(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse what is not ours or too new, before anything in it is changed."""
    connection.execute("BEGIN")  # both as of one moment: another process may be making it
    application = _number(connection, "PRAGMA application_id")
    empty = not _number(connection, "SELECT count(*) FROM sqlite_master")
    connection.execute("COMMIT")
    if application != APPLICATION and not (application == 0 and empty):
        raise StoreUnavailable(
            f"The database {path} is another program's: move it away, {_ELSEWHERE}."
        )
    due(_version(connection), MIGRATIONS)


def migrate(
    connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS
) -> None:
    """Make or renew the schema, in one transaction.

    Raises:
        StoreTooNew: the file has one that this version does not know.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        if steps := due(_version(connection), migrations):
            for statement in chain.from_iterable(steps):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _version(connection: sqlite3.Connection) -> int:
    return _number(connection, "PRAGMA user_version")


def _number(connection: sqlite3.Connection, statement: str) -> int:
    [[number]] = connection.execute(statement)
    return int(number)
