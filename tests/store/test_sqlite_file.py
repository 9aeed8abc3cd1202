"""How the file is made and opened, and who may not."""

import asyncio
import errno
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from contracts.store_contract import a_ride, keep
from stridetale.errors import StoreDamaged, StoreFailed, StoreTooNew, StoreUnavailable
from stridetale.store.sqlite import open_sqlite
from stridetale.store.sqlite_file import MIGRATIONS, migrate, translated

CODES = {
    name: getattr(sqlite3, name)
    for name in ("BUSY", "CANTOPEN", "CORRUPT", "FULL", "IOERR", "NOTADB", "READONLY", "MISUSE")
    for name in [f"SQLITE_{name}"]
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stridetale.db"


def make(path: Path, *, activities: int = 1) -> None:
    """A store with some activities, closed again."""

    async def making() -> None:
        store = await open_sqlite(path)
        await keep(store, *(a_ride(f"{n}") for n in range(activities)))
        await store.close()

    asyncio.run(making())


def refusal(path: Path, kind: type[StoreFailed] = StoreUnavailable) -> str:
    with pytest.raises(kind) as caught:
        asyncio.run(open_sqlite(path, patience_s=0.1))
    assert type(caught.value) is kind
    assert str(path) in caught.value.detail
    return caught.value.detail


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def pragma(path: Path, statement: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute(f"PRAGMA {statement}").fetchone()
        return row and row[0]


# --- who may read ---


async def test_only_the_owner_may_read_the_file_and_those_beside_it(path: Path) -> None:
    store = await open_sqlite(path)
    await keep(store, a_ride("a"))
    assert {file.name: mode(file) for file in path.parent.iterdir()} == dict.fromkeys(
        ("stridetale.db", "stridetale.db-wal", "stridetale.db-shm"), 0o600
    )
    await store.close()


def test_only_the_owner_may_enter_the_folder_that_was_made(path: Path) -> None:
    make(path)
    assert mode(path.parent) == 0o700


def test_a_folder_that_was_there_keeps_its_mode(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o755)
    make(path)
    assert mode(path.parent) == 0o755


def test_closing_leaves_the_one_file(path: Path) -> None:
    make(path)
    assert [file.name for file in path.parent.iterdir()] == ["stridetale.db"]


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    make(tmp_path / "empty.db")
    assert pragma(tmp_path / "empty.db", "integrity_check") == "ok"


# --- what cannot be opened ---


def test_a_file_in_the_place_of_the_folder_is_told_of(path: Path) -> None:
    path.parent.touch()
    assert "data is a file" in refusal(path)


def test_a_file_in_the_place_of_a_higher_folder_is_told_of(path: Path) -> None:
    path.parent.touch()
    assert os.strerror(errno.ENOTDIR) in refusal(path.parent / "deeper" / "stridetale.db")


def test_a_folder_in_the_place_of_the_file_is_told_of(path: Path) -> None:
    path.mkdir(parents=True)
    assert "is a folder" in refusal(path)


def test_a_file_that_is_no_database_is_told_of(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("Dear diary, " * 100)
    assert "is not a database" in refusal(path)
    assert path.read_text().startswith("Dear diary")


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    pragma(path, "journal_mode = DELETE")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    assert "is another program's" in refusal(path)
    assert path.read_bytes() == before


def test_a_database_that_is_cut_off_is_damaged(path: Path) -> None:
    make(path, activities=50)
    path.write_bytes(path.read_bytes()[:5_000])
    assert "put a backup in its place" in refusal(path, StoreDamaged)


def test_a_folder_that_may_not_be_written_is_told_of(as_nobody: Path) -> None:
    as_nobody.chmod(0o500)
    assert os.strerror(errno.EACCES) in refusal(as_nobody / "stridetale.db")


def test_a_file_that_may_not_be_written_is_told_of(as_nobody: Path) -> None:
    path = as_nobody / "stridetale.db"
    make(path)
    path.chmod(0o400)
    assert "is read-only" in refusal(path)


def test_a_file_that_may_not_be_read_is_told_of(as_nobody: Path) -> None:
    path = as_nobody / "stridetale.db"
    make(path)
    path.chmod(0o000)
    assert "cannot be opened" in refusal(path)


def test_a_store_in_a_folder_that_became_read_only_is_told_of(as_nobody: Path) -> None:
    path = as_nobody / "stridetale.db"
    make(path)
    as_nobody.chmod(0o500)
    assert "is read-only: allow writing to it and to its folder" in refusal(path)


@pytest.mark.parametrize("name", CODES)
def test_every_error_of_sqlite_names_the_file_in_one_sentence(name: str) -> None:
    error = sqlite3.OperationalError("the words of SQLite")
    error.sqlite_errorcode = CODES[name] | 2 << 8  # extended, as it comes
    detail = translated(Path("/data/stridetale.db"), error).detail
    assert detail.startswith("The database /data/stridetale.db ")
    assert detail.endswith(".")


# --- the schema ---


def test_a_store_of_a_newer_version_is_refused_as_it_is(path: Path) -> None:
    make(path)
    pragma(path, f"user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="update Stridetale"):
        asyncio.run(open_sqlite(path))
    assert path.read_bytes() == before


def test_a_new_store_has_the_newest_schema(path: Path) -> None:
    make(path)
    assert pragma(path, "user_version") == len(MIGRATIONS)


async def test_the_file_is_written_ahead_and_synced(path: Path) -> None:
    store = await open_sqlite(path)
    settings = [
        store._writer._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "secure_delete")
    ]
    assert settings == ["wal", 2, 5_000, 1, 1]
    await store.close()


def test_a_file_of_an_older_schema_gets_only_the_steps_that_are_new(path: Path) -> None:
    steps = [["CREATE TABLE one (x)"], ["CREATE TABLE two (x)"], ["CREATE TABLE three (x)"]]
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, steps[:1])
        migrate(connection, steps)
        tables = connection.execute("SELECT name FROM sqlite_master ORDER BY rowid").fetchall()
    assert tables == [("one",), ("two",), ("three",)]


def test_a_step_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    steps = [["CREATE TABLE one (x)"], ["CREATE TABLE two (x)", "CREATE TABLE one (x)"]]
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, steps[:1])
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, steps)
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("one",)]
    assert pragma(path, "user_version") == 1
