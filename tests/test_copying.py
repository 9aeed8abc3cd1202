"""Copying between stores, in every direction, and what a careful operator wants of it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from builders import an_activity
from contracts.records_contract import a_record
from contracts.store_contract import ANNA, BEN, NOON, a_ride, a_story, ids, keep, tell
from stridetale.activity import ActivityId
from stridetale.athlete import AthleteId
from stridetale.copying import Copied, Kept, Portable, copy
from stridetale.errors import CopyDiffers, CopyRefused, StoreDamaged, StoreUnavailable
from stridetale.services import open_store

ONE = ActivityId("a")
Url = Callable[[str], SecretStr]


def quiet(step: str, done: int, total: int) -> None:
    """Nobody looks at the bar."""


@pytest.fixture
def sqlite_url(tmp_path: Path) -> SecretStr:
    return SecretStr(f"sqlite://{tmp_path / 'source.db'}")


@pytest.fixture(params=["sqlite to sqlite", "sqlite to mongo", "mongo to sqlite"])
def urls(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: SecretStr
) -> tuple[SecretStr, SecretStr]:
    """Of the source and of the target."""
    match request.param:
        case "sqlite to sqlite":
            return sqlite_url, SecretStr(f"sqlite://{tmp_path / 'target.db'}")
        case "sqlite to mongo":
            return sqlite_url, request.getfixturevalue("mongo_url")
        case _:
            return request.getfixturevalue("mongo_url"), sqlite_url


@asynccontextmanager
async def opened(url: SecretStr) -> AsyncIterator[Portable]:
    store = await open_store(url)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
async def source(urls: tuple[SecretStr, SecretStr]) -> AsyncIterator[Portable]:
    async with opened(urls[0]) as store:
        yield store


@pytest.fixture
async def target(urls: tuple[SecretStr, SecretStr]) -> AsyncIterator[Portable]:
    async with opened(urls[1]) as store:
        yield store


async def everything(store: Portable) -> Sequence[Kept]:
    return await store.kept_after(("", ""), limit=10_000)


async def fill(store: Portable, *, activities: int = 7) -> None:
    """Some activities of two athletes, most with stories, one with two."""
    for n in range(activities):
        athlete = (ANNA, BEN)[n % 2]
        await keep(store, a_ride(f"{n:04}", hour=n), athlete=athlete)
        for title in ("First", "Second")[: n % 3]:
            await tell(store, f"{n:04}", title, athlete=athlete)


# --- what arrives ---


async def test_everything_arrives(source: Portable, target: Portable) -> None:
    await fill(source)
    await copy(source, target, merge=False, progress=quiet)
    assert await everything(target) == await everything(source) != []


async def test_what_arrives_can_be_read_as_before(source: Portable, target: Portable) -> None:
    await fill(source)
    await copy(source, target, merge=False, progress=quiet)
    for athlete in (ANNA, BEN):
        for told in (True, False, None):
            entries = await target.entries(athlete, limit=99, told=told)
            assert entries == await source.entries(athlete, limit=99, told=told)
            for entry in entries:
                history = await source.stories(athlete, entry.activity.id)
                assert await target.stories(athlete, entry.activity.id) == history


async def test_odd_characters_arrive(source: Portable, target: Portable) -> None:
    athlete = AthleteId("änna\x00\U0001f6b4 $set.a")
    odd = an_activity(id="a", name="Über \u2068\x00\U0001f6b4", sources={"a.b": "$x", "": "y"})
    await keep(source, odd, athlete=athlete)
    await copy(source, target, merge=False, progress=quiet)
    [entry] = await target.entries(athlete, limit=9)
    assert entry.activity == odd


async def test_more_than_a_page_arrives(source: Portable, target: Portable) -> None:
    await asyncio.gather(*(keep(source, a_ride(f"{n:04}")) for n in range(250)))
    copied = await copy(source, target, merge=False, progress=quiet)
    assert (copied.written, await target.count()) == (250, 250)


async def test_what_was_told_anew_in_the_target_goes_on_after_the_copied_stories(
    source: Portable, target: Portable
) -> None:
    await keep(source, a_ride("a"))
    await tell(source, "a", "Old")
    await copy(source, target, merge=False, progress=quiet)
    await tell(target, "a", "New")
    assert [story.title for story in await target.stories(ANNA, ONE)] == ["New", "Old"]


async def test_the_source_stays_as_it_is(source: Portable, target: Portable) -> None:
    await fill(source)
    before = await everything(source)
    await copy(source, target, merge=False, progress=quiet)
    assert await everything(source) == before


async def test_an_empty_store_can_be_copied(source: Portable, target: Portable) -> None:
    assert await copy(source, target, merge=False, progress=quiet) == Copied()


async def test_the_copy_counts_what_it_compared(source: Portable, target: Portable) -> None:
    await fill(source)
    copied = await copy(source, target, merge=False, progress=quiet)
    assert copied == Copied(activities=7, stories=6, written=7, others=0)


async def test_the_bar_ends_full_at_each_step(source: Portable, target: Portable) -> None:
    seen: dict[str, tuple[int, int]] = {}
    await fill(source)
    await copy(source, target, merge=False, progress=lambda s, d, t: seen.update({s: (d, t)}))
    assert seen == {"Copying": (7, 7), "Comparing": (7, 7)}


async def test_the_bar_counts_records_by_themselves(source: Portable, target: Portable) -> None:
    seen: dict[str, tuple[int, int]] = {}
    for key in "abc":
        await source.swap_record(None, a_record(key))
    await copy(source, target, merge=False, progress=lambda s, d, t: seen.update({s: (d, t)}))
    assert seen["Looking records"] == seen["Copying records"] == seen["Comparing records"] == (3, 3)


async def test_records_arrive(source: Portable, target: Portable) -> None:
    records = [a_record("a"), a_record("b", minutes=1), a_record("a", kind="other", athlete=BEN)]
    for record in records:
        await source.swap_record(None, record)
    copied = await copy(source, target, merge=False, progress=quiet)
    assert copied == Copied(records=3)
    assert await target.records_after(("", ""), limit=9) == [records[2], *records[:2]]


# --- again ---


async def test_a_copy_made_again_writes_nothing(source: Portable, target: Portable) -> None:
    await fill(source)
    await copy(source, target, merge=False, progress=quiet)
    copied = await copy(source, target, merge=False, progress=quiet)
    assert (copied.activities, copied.written) == (7, 0)


async def test_a_copy_that_was_stopped_is_finished_by_the_next(
    source: Portable, target: Portable
) -> None:
    await fill(source, activities=120)

    class Stopped(Exception): ...

    def stop(_step: str, done: int, _total: int) -> None:
        if done == 70:
            raise Stopped

    with pytest.raises(Stopped):
        await copy(source, target, merge=False, progress=stop)
    there = await target.count()
    copied = await copy(source, target, merge=False, progress=quiet)
    assert 0 < there < 120
    assert copied == Copied(activities=120, stories=120, written=120 - there, others=0)


# --- a target with something else in it ---


async def test_a_target_with_an_activity_of_its_own_is_refused_untouched(
    source: Portable, target: Portable
) -> None:
    await fill(source)
    await keep(target, a_ride("mine"))
    before = await everything(target)
    with pytest.raises(CopyRefused, match=r"holds data .* \(1 activities.*--merge"):
        await copy(source, target, merge=False, progress=quiet)
    assert await everything(target) == before


async def test_a_target_with_the_same_activity_in_another_form_is_refused_untouched(
    source: Portable, target: Portable
) -> None:
    await keep(source, a_ride("a"))
    await keep(target, a_ride("a", hour=5))
    before = await everything(target)
    with pytest.raises(CopyRefused):
        await copy(source, target, merge=False, progress=quiet)
    assert await everything(target) == before


async def test_a_target_with_a_record_of_its_own_is_refused_untouched(
    source: Portable, target: Portable
) -> None:
    await fill(source)
    await target.swap_record(None, a_record("mine"))
    with pytest.raises(CopyRefused, match=r"holds records .*--merge"):
        await copy(source, target, merge=False, progress=quiet)
    assert not await everything(target)


async def test_merged_a_record_takes_the_form_of_the_source_and_others_stay(
    source: Portable, target: Portable
) -> None:
    await source.swap_record(None, a_record("a", "1"))
    for record in (a_record("a", "2"), a_record("b")):
        await target.swap_record(None, record)
    copied = await copy(source, target, merge=True, progress=quiet)
    assert copied.records == 1
    assert await target.records_after(("", ""), limit=9) == [a_record("a", "1"), a_record("b")]


async def test_a_record_that_changes_meanwhile_is_told_of(
    source: Portable, target: Portable
) -> None:
    await source.swap_record(None, a_record())

    async def swap_record(*_: object) -> bool:
        return False

    stuck: Portable = Changed(target, swap_record=swap_record)  # type: ignore[assignment]  # by __getattr__
    with pytest.raises(CopyDiffers, match="differs after all in its records"):
        await copy(source, stuck, merge=False, progress=quiet)


async def test_merged_a_target_keeps_its_own(source: Portable, target: Portable) -> None:
    await fill(source)
    await keep(target, a_ride("mine"))
    copied = await copy(source, target, merge=True, progress=quiet)
    assert (copied.activities, copied.others) == (7, 1)
    assert "mine" in ids(await target.entries(ANNA, limit=99))


async def test_merged_an_activity_takes_the_form_of_the_source(
    source: Portable, target: Portable
) -> None:
    await keep(source, a_ride("a", hour=5))
    await keep(target, a_ride("a"))
    await copy(source, target, merge=True, progress=quiet)
    [entry] = await target.entries(ANNA, limit=9)
    assert entry.activity == a_ride("a", hour=5)


async def test_merged_an_activity_has_the_stories_of_both_by_time(
    source: Portable, target: Portable
) -> None:
    for store, hours in ((source, (1, 3)), (target, (0, 2))):
        await keep(store, a_ride("a"))
        for hour in hours:
            told_at = NOON.replace(hour=hour)
            story = a_story(f"{hour}").model_copy(update={"told_at": told_at})
            await store.keep_story(ANNA, ONE, story)
    await copy(source, target, merge=True, progress=quiet)
    told = await target.stories(ANNA, ONE)
    assert [story.title for story in told] == ["3", "2", "1", "0"]


async def test_merging_again_writes_nothing(source: Portable, target: Portable) -> None:
    await keep(source, a_ride("a"))
    await tell(source, "a", "Theirs")
    await keep(target, a_ride("a"), a_ride("b"))
    await tell(target, "a", "Mine")
    first = await copy(source, target, merge=True, progress=quiet)
    again = await copy(source, target, merge=True, progress=quiet)
    assert (first.written, again.written) == (1, 0)


# --- what goes wrong ---


class Changed:
    """A store with one method changed."""

    def __init__(self, store: Portable, **changed: object) -> None:
        self._store, self._changed = store, changed

    def __getattr__(self, name: str) -> object:
        return self._changed.get(name) or getattr(self._store, name)


async def test_what_changes_in_the_target_meanwhile_is_told_of(
    source: Portable, target: Portable
) -> None:
    await fill(source)
    calls = 0

    async def count() -> int:
        nonlocal calls
        calls += 1
        if calls == 3:  # at first, before the copying, before the comparing
            await keep(target, a_ride("0000", hour=50))
        return await target.count()

    changing: Portable = Changed(target, count=count)  # type: ignore[assignment]  # by __getattr__
    with pytest.raises(CopyDiffers, match="in 1 activities, that of 0000 first: end what else"):
        await copy(source, changing, merge=False, progress=quiet)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE activities SET document = '{' WHERE id = '0003'",
        "UPDATE activities SET document = CAST(x'22ff22' AS TEXT) WHERE id = '0003'",
        "UPDATE activities SET document = CAST(x'07' AS BLOB) WHERE id = '0003'",
    ],
)
async def test_a_damaged_activity_is_named(
    tmp_path: Path, sqlite_url: SecretStr, damage: str
) -> None:
    async with opened(sqlite_url) as source:
        await fill(source)
    with closing(sqlite3.connect(tmp_path / "source.db")) as connection:
        connection.execute(damage)
        connection.commit()
    target_url = SecretStr(f"sqlite://{tmp_path / 'target.db'}")
    async with opened(sqlite_url) as source, opened(target_url) as target:
        with pytest.raises(StoreDamaged, match=r"The activity of 0003 .* delete the activity"):
            await copy(source, target, merge=False, progress=quiet)


async def test_a_damaged_story_is_not_merged(source: Portable, target: Portable) -> None:
    await keep(source, a_ride("a"))
    [kept] = await everything(source)
    await target.put(replace(kept, stories=("{",)))
    with pytest.raises(StoreDamaged, match="A story of a is damaged"):
        await copy(source, target, merge=True, progress=quiet)


async def test_a_target_that_does_not_take_it_is_one_error(
    source: Portable, target: Portable
) -> None:
    await fill(source)

    async def put(kept: Kept) -> None:
        raise StoreUnavailable(f"No room for {kept.activity_id}.")

    full: Portable = Changed(target, put=put)  # type: ignore[assignment]  # by __getattr__
    with pytest.raises(StoreUnavailable, match="No room for 0000"):
        await copy(source, full, merge=False, progress=quiet)


# --- nothing is forgotten ---


async def test_every_table_of_sqlite_is_copied(tmp_path: Path, sqlite_url: SecretStr) -> None:
    """Fails when a table comes in that `Kept` knows nothing of: teach copying, then this test."""
    async with opened(sqlite_url):
        pass
    with closing(sqlite3.connect(tmp_path / "source.db")) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert {name for [name] in rows} == {"activities", "stories", "records"}


def test_every_collection_of_mongo_is_copied() -> None:
    """As above; `about` is each database's own."""
    from stridetale.store.mongo_server import INDEXES

    assert set(INDEXES) == {"activities", "records"}
