"""What is SQLite's own."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from builders import an_activity
from contracts.records_contract import NOON, a_record, put
from contracts.store_contract import ANNA, BEN, a_ride, a_story, ids, keep, tell
from stridetale.activity import ActivityId
from stridetale.errors import ActivityNotFound, StoreDamaged, StoreUnavailable
from stridetale.library import Entry
from stridetale.store import sqlite_records
from stridetale.store.sqlite import ENTRY, PAGE, PAGE_BY_TOLD, STORIES, SqliteStore, open_sqlite

ONE = ActivityId("a")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stridetale.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_sqlite(path)
    yield store
    await store.close()


@pytest.fixture
async def impatient(path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_sqlite(path, patience_s=0.2)
    yield store
    await store.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another connection holds the right to write."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def change(path: Path, statement: str, *row: object) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, row)
        connection.commit()


def plan_of(store: SqliteStore, statement: str) -> str:
    keys = {"athlete": "anna", "told": True, "start": 0, "id": "a", "limit": 3}
    with closing(sqlite3.connect(store._path)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", keys).fetchall()
    return "\n".join(row[-1] for row in rows)


# --- the statements ---


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (PAGE, "activities_by_start (athlete=? AND (start,id)<(?,?))"),
        (PAGE_BY_TOLD, "activities_by_told (athlete=? AND told=? AND (start,id)<(?,?))"),
        (ENTRY, "sqlite_autoindex_activities_1 (athlete=? AND id=?)"),
    ],
)
async def test_entries_are_found_by_an_index(
    store: SqliteStore, statement: str, index: str
) -> None:
    first, *_ = plan_of(store, statement).splitlines()
    assert first == f"SEARCH activities USING INDEX {index}"


@pytest.mark.parametrize("statement", [PAGE, PAGE_BY_TOLD, ENTRY])
async def test_nothing_is_scanned_or_sorted_for_entries(store: SqliteStore, statement: str) -> None:
    plan = plan_of(store, statement)
    assert "SEARCH stories USING INDEX" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


async def test_the_history_of_an_activity_is_found_in_order_by_an_index(store: SqliteStore) -> None:
    with closing(sqlite3.connect(store._path)) as connection:
        [row] = connection.execute(f"EXPLAIN QUERY PLAN {STORIES}", ("anna", "a")).fetchall()
    assert row[-1].startswith("SEARCH stories USING INDEX")


async def test_a_page_with_stories_is_one_query(store: SqliteStore) -> None:
    await keep(store, *(a_ride(f"{n}") for n in range(20)))
    for n in range(20):
        await tell(store, f"{n}", "Told")
    statements: list[str] = []
    readers = [store._readers.get() for _ in range(store._readers.qsize())]
    for reader in readers:
        reader.set_trace_callback(statements.append)
        store._readers.put(reader)
    assert len(await store.entries(ANNA, limit=20, told=True)) == 20
    assert len([statement for statement in statements if not statement.startswith("--")]) == 1


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (sqlite_records.ONE, "sqlite_autoindex_records_1 (kind=? AND key=?)"),
        (sqlite_records.OF_ATHLETE, "records_by_athlete (athlete=? AND kind=?)"),
        (sqlite_records.DUE, "records_by_due (kind=? AND due<?)"),
        (sqlite_records.AFTER, "sqlite_autoindex_records_1 ((kind,key)>(?,?))"),
        (sqlite_records.DELETE, "sqlite_autoindex_records_1 (kind=? AND key=?)"),
        (sqlite_records.FORGET[1], "records_by_athlete (athlete=?)"),
    ],
)
async def test_records_are_found_in_order_by_an_index(
    store: SqliteStore, statement: str, index: str
) -> None:
    values = [0] * statement.count("?")
    with closing(sqlite3.connect(store._path)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    assert [row[-1] for row in rows] == [f"SEARCH records USING INDEX {index}"]


# --- writing ---


async def test_writes_that_wait_share_a_transaction(store: SqliteStore) -> None:
    statements: list[str] = []
    store._writer._connection.set_trace_callback(statements.append)
    with locked(store._path):
        writes = [asyncio.create_task(keep(store, a_ride(f"{n}"))) for n in range(200)]
        await asyncio.sleep(0.05)
    await asyncio.gather(*writes)
    assert statements.count("COMMIT") <= 3


async def test_a_write_that_fails_leaves_the_others_of_its_transaction_alone(
    store: SqliteStore,
) -> None:
    with locked(store._path):
        good = [asyncio.create_task(keep(store, a_ride(f"{n}"))) for n in range(9)]
        bad = [asyncio.create_task(tell(store, f"none-{n}", "Lost")) for n in range(9)]
        good += [asyncio.create_task(keep(store, a_ride(f"late-{n}"))) for n in range(9)]
        await asyncio.sleep(0.02)
    failed = await asyncio.gather(*bad, return_exceptions=True)
    await asyncio.gather(*good)
    assert {type(error) for error in failed} == {ActivityNotFound}
    assert len(await store.entries(ANNA, limit=99)) == 18


async def test_a_write_that_fails_half_way_leaves_nothing_behind(store: SqliteStore) -> None:
    await keep(store, a_ride("a"))

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM activities")
        raise ActivityNotFound(ONE)

    with pytest.raises(ActivityNotFound):
        await store._write(work)
    assert ids(await store.entries(ANNA, limit=9)) == ["a"]


async def test_a_write_whose_task_is_cancelled_is_still_done(store: SqliteStore) -> None:
    with locked(store._path):
        writing = asyncio.create_task(keep(store, a_ride("a")))
        await asyncio.sleep(0.02)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
    await keep(store, a_ride("b"))
    assert ids(await store.entries(ANNA, limit=9)) == ["b", "a"]


async def test_a_defect_in_a_write_reaches_who_waits_for_it(store: SqliteStore) -> None:
    def work(_: sqlite3.Connection) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store._write(work)
    await keep(store, a_ride("a"))


async def test_a_write_waits_for_another_program_that_writes(store: SqliteStore) -> None:
    with locked(store._path):
        writing = asyncio.create_task(keep(store, a_ride("a")))
        await asyncio.sleep(0.1)
        assert not writing.done()
    await writing


async def test_reading_goes_on_while_another_program_writes(store: SqliteStore) -> None:
    await keep(store, a_ride("a"))
    with locked(store._path):
        assert ids(await store.entries(ANNA, limit=9)) == ["a"]


async def test_a_program_that_writes_for_too_long_is_told_of(impatient: SqliteStore) -> None:
    busy = pytest.raises(StoreUnavailable, match="kept busy by another program")
    with locked(impatient._path), busy:
        await keep(impatient, a_ride("a"))


async def test_a_full_disk_is_told_of(store: SqliteStore) -> None:
    store._writer._connection.execute("PRAGMA max_page_count = 1")  # of now: it grows no more
    with pytest.raises(StoreUnavailable, match=r"stridetale\.db has no room left on its disk"):
        await keep(store, *(an_activity(id=f"{n}", polyline="x" * 4_000) for n in range(9)))


async def test_when_the_disk_has_room_again_writing_goes_on(store: SqliteStore) -> None:
    large = an_activity(id="large", polyline="x" * 50_000)
    store._writer._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreUnavailable):
        await keep(store, large)
    store._writer._connection.execute("PRAGMA max_page_count = 100000")
    await keep(store, large)
    assert await store.entry(ANNA, large.id) == Entry(activity=large)


async def test_on_a_full_disk_only_what_was_kept_is_acknowledged(store: SqliteStore) -> None:
    store._writer._connection.execute("PRAGMA max_page_count = 40")
    names = [f"{n}" for n in range(60)]
    writes = (keep(store, an_activity(id=name, polyline="x" * 4_000)) for name in names)
    errors = await asyncio.gather(*writes, return_exceptions=True)
    acknowledged = {name for name, error in zip(names, errors, strict=True) if error is None}
    assert set(ids(await store.entries(ANNA, limit=99))) == acknowledged
    assert len(acknowledged) < 60


# --- the loop ---


async def ticks_while(task: asyncio.Task[object]) -> int:
    """How often the loop came round in the meantime."""
    ticks = 0
    while not task.done():
        await asyncio.sleep(0.005)
        ticks += 1
    return ticks


async def test_opening_does_not_block_the_loop(path: Path) -> None:
    await (await open_sqlite(path)).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        opening = asyncio.create_task(open_sqlite(path, patience_s=0.3))
        ticks = await ticks_while(opening)
    with pytest.raises(StoreUnavailable, match="kept busy"):
        await opening
    assert ticks >= 5


async def test_writing_does_not_block_the_loop(impatient: SqliteStore) -> None:
    with locked(impatient._path):
        writing = asyncio.create_task(tell(impatient, "a", "Told"))
        ticks = await ticks_while(writing)
    with pytest.raises(StoreUnavailable):
        await writing
    assert ticks >= 5


def test_a_loop_that_ends_without_closing_the_store_loses_no_acknowledged_write(path: Path) -> None:
    async def careless() -> SqliteStore:
        store = await open_sqlite(path)
        await keep(store, a_ride("a"))
        store._writer.submit(lambda _: time.sleep(0.1))  # resolved when the loop is no more
        return store

    async def careful() -> list[Entry]:
        store = await open_sqlite(path)
        entries = await store.entries(ANNA, limit=9)
        await store.close()
        return entries

    left = asyncio.run(careless())
    assert ids(asyncio.run(careful())) == ["a"]
    asyncio.run(left.close())


# --- what is left of what was deleted ---


async def test_nothing_of_a_deleted_activity_is_left_in_the_file(path: Path) -> None:
    store = await open_sqlite(path)
    await keep(store, an_activity(id="a", name="Hidden love", polyline="secret" * 2_000))
    await tell(store, "a", "To her house")
    await keep(store, a_ride("b"))
    await store.delete_activity(ANNA, ONE)
    await store.close()
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert [word for word in (b"Hidden love", b"secretsecret", b"her house") if word in left] == []


# --- damage ---


async def test_a_damaged_activity_is_told_of_by_name(store: SqliteStore) -> None:
    await keep(store, a_ride("a"))
    change(store._path, "UPDATE activities SET document = '{'")
    with pytest.raises(StoreDamaged, match=r"The activity of a in the database .*stridetale\.db"):
        await store.entry(ANNA, ONE)


@pytest.mark.parametrize("document", ["", "null", "[]", '{"id": "a"}', b"\xff\xfe", 7, 0.5])
async def test_a_document_of_any_other_kind_is_damage(
    store: SqliteStore, document: str | bytes | float
) -> None:
    await keep(store, a_ride("a"))
    change(store._path, "UPDATE activities SET document = CAST(? AS BLOB)", document)
    with pytest.raises(StoreDamaged):
        await store.entries(ANNA, limit=9)


async def test_text_that_is_not_utf_8_is_damage(store: SqliteStore) -> None:
    await keep(store, a_ride("a"))
    change(store._path, "UPDATE activities SET document = CAST(x'22ff22' AS TEXT)")
    with pytest.raises(StoreDamaged):
        await store.entry(ANNA, ONE)


async def test_a_damaged_story_is_told_of_by_name(store: SqliteStore) -> None:
    await keep(store, a_ride("a"))
    await tell(store, "a", "Told")
    change(store._path, "UPDATE stories SET document = '{}'")
    with pytest.raises(StoreDamaged, match="The story of a in the database"):
        await store.stories(ANNA, ONE)


def test_a_file_with_garbage_in_it_is_damage(path: Path) -> None:
    async def fill() -> None:
        store = await open_sqlite(path)
        await keep(store, *(a_ride(f"{n}") for n in range(50)))
        await store.close()

    async def read() -> None:
        store = await open_sqlite(path)
        try:
            await store.entries(ANNA, limit=99)
        finally:
            await store.close()

    asyncio.run(fill())
    content = path.read_bytes()
    path.write_bytes(content[:4_096] + b"\xa5" * (len(content) - 4_096))
    with pytest.raises(StoreDamaged, match=r"stridetale\.db is damaged: put a backup"):
        asyncio.run(read())


async def test_damage_does_not_reach_other_athletes(store: SqliteStore) -> None:
    await keep(store, a_ride("a"))
    await keep(store, a_ride("b"), athlete=BEN)
    change(store._path, "UPDATE activities SET document = '{' WHERE athlete = 'anna'")
    assert ids(await store.entries(BEN, limit=9)) == ["b"]


async def test_a_damaged_activity_can_be_deleted(store: SqliteStore) -> None:
    await keep(store, a_ride("a"), a_ride("b"))
    change(store._path, "UPDATE activities SET document = '{' WHERE id = 'a'")
    assert await store.delete_activity(ANNA, ONE)
    assert ids(await store.entries(ANNA, limit=9)) == ["b"]


async def test_a_damaged_activity_can_be_kept_again(store: SqliteStore) -> None:
    await keep(store, a_ride("a"))
    await store.keep_story(ANNA, ONE, a_story())
    change(store._path, "UPDATE activities SET document = '{'")
    await keep(store, a_ride("a"))
    assert await store.entry(ANNA, ONE) == Entry(activity=a_ride("a"), story=a_story())


@pytest.mark.parametrize(
    "damage",
    [
        "document = CAST(x'22ff22' AS TEXT)",
        "athlete = CAST(x'ff' AS TEXT)",
        "due = 'tomorrow'",
        "due = 9e18",
    ],
)
async def test_a_damaged_record_is_told_of_by_its_kind(store: SqliteStore, damage: str) -> None:
    await put(store, a_record("secret"))
    change(store._path, f"UPDATE records SET {damage}")  # noqa: S608 (of this test)
    with pytest.raises(StoreDamaged, match=r"record of the kind thing in .*stridetale\.db") as told:
        await store.record("thing", "secret")
    assert "secret" not in told.value.detail


async def test_all_of_an_athlete_goes_in_one_transaction_or_stays(store: SqliteStore) -> None:
    await keep(store, a_ride("a"))
    await put(store, a_record(minutes=0))
    change(
        store._path,
        "CREATE TRIGGER no BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    with pytest.raises(StoreUnavailable):
        await store.forget(ANNA)
    assert ids(await store.entries(ANNA, limit=9)) == ["a"]
    change(store._path, "DROP TRIGGER no")
    await store.forget(ANNA)
    assert not await store.records_due("thing", NOON, limit=9)


async def test_a_file_that_was_taken_away_does_not_answer(store: SqliteStore) -> None:
    store._path.rename(store._path.with_suffix(".away"))
    with pytest.raises(StoreUnavailable, match=r"stridetale\.db is gone"):
        await store.ping()
