"""What every store must do. A suite for one is a class that inherits this and says how to open it.

class TestSqliteStore(StoreContract):
    @pytest.fixture
    @override
    def opening(self, tmp_path: Path) -> Opening: ...
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta, timezone

import pytest
from typing_extensions import override

from builders import an_activity
from contracts.records_contract import RecordsContract, a_record, put
from contracts.store_machine import run_against_a_dict
from stridetale.activity import Activity, ActivityId
from stridetale.athlete import AthleteId
from stridetale.draft import Draft, Receipt
from stridetale.errors import ActivityNotFound, StoreUnavailable
from stridetale.library import Entry, Library, Position, Store
from stridetale.story import COMPOSER, Budget, Story

Opening = Callable[[], AbstractAsyncContextManager[Store]]
"""Opens the store of this test; opened again, it is the same one."""

ANNA, BEN = AthleteId("anna"), AthleteId("ben")
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def a_ride(name: str, *, hour: int = 0) -> Activity:
    return an_activity(id=ActivityId(name), start=NOON + timedelta(hours=hour))


def a_story(title: str = "A road") -> Story:
    return Story(
        title=title, body="{distance} of it.", text=f"{title}\n\n42.3 kilometres of it.", words=4,
        author=COMPOSER, tone="warm", units="metric", locale="en_GB",
        receipts=(
            Receipt(
                slot="distance", said="42.3 kilometres", value=42_345.0, unit="m", source="points"
            ),
            Receipt(slot="weekday", said="Monday", value="Monday", unit=None, source="points"),
        ),
        template=Draft(title=title, body="{distance} of it."),
        drafts=3, seconds=0.25, told_at=NOON,
    )  # fmt: skip


def ids(entries: list[Entry]) -> list[str]:
    return [entry.activity.id for entry in entries]


def after(activity: Activity) -> Position:
    return Position(activity.start, activity.id)


async def keep(store: Store, *activities: Activity, athlete: AthleteId = ANNA) -> None:
    for activity in activities:
        await store.keep_activity(athlete, activity)


async def tell(store: Store, activity_id: str, title: str, athlete: AthleteId = ANNA) -> None:
    await store.keep_story(athlete, ActivityId(activity_id), a_story(title))


class StoreContract(RecordsContract):
    """The suite."""

    @pytest.fixture
    def opening(self) -> Opening:
        raise NotImplementedError

    @pytest.fixture
    @override
    async def store(self, opening: Opening) -> AsyncIterator[Store]:
        async with opening() as store:
            yield store

    # --- activities ---

    async def test_an_activity_comes_back_as_it_was_kept(self, store: Store) -> None:
        activity = an_activity(
            name="Über den Hügel \u2068\x00\U0001f6b4",
            sources={"distance_m": "session.total_distance"},
            elevation_profile_m=(1.5, 2.25),
            polyline="_p~iF~ps|U",
        )
        await keep(store, activity)
        assert await store.entry(ANNA, activity.id) == Entry(activity=activity)

    async def test_a_start_in_another_zone_is_the_same_moment(self, store: Store) -> None:
        start = NOON.astimezone(timezone(timedelta(hours=9)))
        await keep(store, an_activity(id="a", start=start))
        [entry] = await store.entries(ANNA, limit=1)
        assert entry.activity.start == NOON

    async def test_an_activity_is_new_once(self, store: Store) -> None:
        assert await store.keep_activity(ANNA, a_ride("a"))
        assert not await store.keep_activity(ANNA, a_ride("a"))

    async def test_of_many_that_keep_the_same_activity_one_finds_it_new(self, store: Store) -> None:
        new = await asyncio.gather(*(store.keep_activity(ANNA, a_ride("a")) for _ in range(40)))
        assert sum(new) == 1

    async def test_an_activity_that_is_kept_again_takes_the_place_of_the_old_one(
        self, store: Store
    ) -> None:
        await keep(store, a_ride("a"), an_activity(id="a", name="Renamed"))
        [entry] = await store.entries(ANNA, limit=9)
        assert entry.activity.name == "Renamed"

    async def test_an_activity_that_is_kept_again_keeps_its_stories(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        await tell(store, "a", "Told")
        await keep(store, a_ride("a", hour=5))
        [entry] = await store.entries(ANNA, limit=9, told=True)
        assert (entry.story, entry.activity.start) == (a_story("Told"), NOON + timedelta(hours=5))

    async def test_an_activity_with_another_start_moves_to_its_new_place(
        self, store: Store
    ) -> None:
        await keep(store, a_ride("a", hour=1), a_ride("b", hour=2), a_ride("a", hour=3))
        assert ids(await store.entries(ANNA, limit=9)) == ["a", "b"]

    async def test_an_activity_that_was_never_kept_is_none(self, store: Store) -> None:
        assert await store.entry(ANNA, ActivityId("a")) is None

    # --- stories ---

    async def test_a_story_comes_back_as_it_was_kept(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        await tell(store, "a", "Told")
        assert await store.stories(ANNA, ActivityId("a")) == [a_story("Told")]

    async def test_the_newest_telling_is_the_story_of_an_entry(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        await tell(store, "a", "First")
        await tell(store, "a", "Second")
        entry = await store.entry(ANNA, ActivityId("a"))
        assert entry is not None
        assert entry.story == a_story("Second")

    async def test_the_newest_telling_is_the_story_in_a_page(self, store: Store) -> None:
        await keep(store, a_ride("a", hour=1), a_ride("b", hour=2))
        for title in ("First", "Second"):
            await tell(store, "a", title)
        entries = await store.entries(ANNA, limit=9)
        assert [entry.story for entry in entries] == [None, a_story("Second")]

    async def test_every_telling_stays_newest_first(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        titles = [f"Telling {n}" for n in range(12)]
        for title in titles:
            await tell(store, "a", title)
        told = await store.stories(ANNA, ActivityId("a"))
        assert [story.title for story in told] == titles[::-1]

    async def test_tellings_at_the_same_time_all_stay(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        await asyncio.gather(*(tell(store, "a", f"{n}") for n in range(40)))
        told = await store.stories(ANNA, ActivityId("a"))
        assert {story.title for story in told} == {f"{n}" for n in range(40)}

    async def test_an_activity_without_a_story_has_no_history(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        assert await store.stories(ANNA, ActivityId("a")) == []

    async def test_an_unknown_activity_has_no_history(self, store: Store) -> None:
        assert await store.stories(ANNA, ActivityId("a")) == []

    async def test_an_unknown_activity_takes_no_story(self, store: Store) -> None:
        with pytest.raises(ActivityNotFound):
            await tell(store, "a", "Lost")

    async def test_a_deleted_activity_takes_no_story(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        await store.delete_activity(ANNA, ActivityId("a"))
        with pytest.raises(ActivityNotFound):
            await tell(store, "a", "Late")

    # --- deleting ---

    async def test_a_deleted_activity_is_gone(self, store: Store) -> None:
        await keep(store, a_ride("a"), a_ride("b"))
        await store.delete_activity(ANNA, ActivityId("a"))
        assert await store.entry(ANNA, ActivityId("a")) is None
        assert ids(await store.entries(ANNA, limit=9)) == ["b"]

    async def test_deleting_says_whether_there_was_one(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        assert await store.delete_activity(ANNA, ActivityId("a"))
        assert not await store.delete_activity(ANNA, ActivityId("a"))

    async def test_a_deleted_activity_takes_its_stories_along(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        await tell(store, "a", "Old")
        await store.delete_activity(ANNA, ActivityId("a"))
        await keep(store, a_ride("a"))
        assert await store.stories(ANNA, ActivityId("a")) == []
        assert await store.entries(ANNA, limit=9, told=True) == []

    # --- pages ---

    async def test_entries_come_newest_first(self, store: Store) -> None:
        await keep(store, a_ride("b", hour=2), a_ride("c", hour=1), a_ride("a", hour=3))
        assert ids(await store.entries(ANNA, limit=9)) == ["a", "b", "c"]

    async def test_entries_of_one_moment_come_by_id(self, store: Store) -> None:
        await keep(store, a_ride("10"), a_ride("9"), a_ride("B"), a_ride("a"), a_ride("-"))
        assert ids(await store.entries(ANNA, limit=9)) == ["a", "B", "9", "10", "-"]

    async def test_a_microsecond_decides_who_is_newer(self, store: Store) -> None:
        tick = timedelta(microseconds=1)
        await keep(store, an_activity(id="z", start=NOON), an_activity(id="a", start=NOON + tick))
        assert ids(await store.entries(ANNA, limit=9)) == ["a", "z"]

    async def test_an_activity_of_before_1970_has_its_place(self, store: Store) -> None:
        old = an_activity(id="old", start=datetime(1969, 7, 20, 20, 17, tzinfo=UTC))
        await keep(store, old, a_ride("a"))
        assert ids(await store.entries(ANNA, limit=9)) == ["a", "old"]

    async def test_no_more_entries_come_than_were_asked_for(self, store: Store) -> None:
        await keep(store, *(a_ride(f"{n}", hour=n) for n in range(5)))
        assert ids(await store.entries(ANNA, limit=2)) == ["4", "3"]

    async def test_the_next_page_begins_after_the_last_entry(self, store: Store) -> None:
        await keep(store, *(a_ride(f"{n}", hour=n) for n in range(5)))
        entries = await store.entries(ANNA, limit=2, before=after(a_ride("3", hour=3)))
        assert ids(entries) == ["2", "1"]

    async def test_a_page_may_end_between_entries_of_one_moment(self, store: Store) -> None:
        await keep(store, a_ride("a"), a_ride("b"), a_ride("c"))
        assert ids(await store.entries(ANNA, limit=9, before=after(a_ride("b")))) == ["a"]

    async def test_a_page_goes_on_after_an_entry_that_is_gone(self, store: Store) -> None:
        await keep(store, *(a_ride(f"{n}", hour=n) for n in range(5)))
        await store.delete_activity(ANNA, ActivityId("3"))
        entries = await store.entries(ANNA, limit=9, before=after(a_ride("3", hour=3)))
        assert ids(entries) == ["2", "1", "0"]

    @pytest.mark.parametrize(
        ("told", "expected"), [(True, ["c", "a"]), (False, ["d", "b"]), (None, list("dcba"))]
    )
    async def test_pages_are_of_those_with_or_without_a_story(
        self, store: Store, *, told: bool | None, expected: list[str]
    ) -> None:
        await keep(store, *(a_ride(name, hour=n) for n, name in enumerate("abcd")))
        await tell(store, "a", "One")
        await tell(store, "c", "Two")
        assert ids(await store.entries(ANNA, limit=9, told=told)) == expected

    async def test_pages_of_told_ones_go_on_after_the_last_entry(self, store: Store) -> None:
        await keep(store, *(a_ride(name, hour=n) for n, name in enumerate("abcd")))
        for name in "acd":
            await tell(store, name, "Told")
        before = after(a_ride("c", hour=2))
        assert ids(await store.entries(ANNA, limit=9, before=before, told=True)) == ["a"]

    async def test_the_pages_of_the_library_leave_nothing_out(self, store: Store) -> None:
        await keep(store, *(a_ride(f"{n:02}", hour=n // 3) for n in range(20)))
        library = Library(store, None, Budget())
        page = await library.page(ANNA, limit=3)
        found = [*page.entries]
        while page.next is not None:
            page = await library.page(ANNA, limit=3, before=page.next)
            found += page.entries
        assert ids(found) == [f"{n:02}" for n in range(20)][::-1]

    # --- athletes ---

    async def test_another_athletes_activity_is_not_seen(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        assert await store.entry(BEN, ActivityId("a")) is None
        assert await store.entries(BEN, limit=9) == []

    async def test_another_athletes_stories_are_not_seen(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        await tell(store, "a", "Private")
        await keep(store, a_ride("a"), athlete=BEN)
        assert await store.stories(BEN, ActivityId("a")) == []
        assert await store.entry(BEN, ActivityId("a")) == Entry(activity=a_ride("a"))
        assert await store.entries(BEN, limit=9, told=True) == []

    async def test_another_athletes_activity_takes_no_story(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        with pytest.raises(ActivityNotFound):
            await tell(store, "a", "Not yours", athlete=BEN)
        assert await store.stories(ANNA, ActivityId("a")) == []

    async def test_another_athletes_activity_cannot_be_deleted(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        assert not await store.delete_activity(BEN, ActivityId("a"))
        assert ids(await store.entries(ANNA, limit=9)) == ["a"]

    async def test_the_same_id_of_two_athletes_is_two_activities(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        assert await store.keep_activity(BEN, an_activity(id="a", name="Ben's"))
        await store.delete_activity(ANNA, ActivityId("a"))
        [entry] = await store.entries(BEN, limit=9)
        assert entry.activity.name == "Ben's"

    @pytest.mark.parametrize("other", ["Anna", "anna ", "ann", "anna%", "ANNA", "anna\x00", ""])
    async def test_an_athlete_is_told_from_one_of_a_similar_name(
        self, store: Store, other: str
    ) -> None:
        await keep(store, a_ride("a"))
        assert await store.entries(AthleteId(other), limit=9) == []
        assert await store.entry(AthleteId(other), ActivityId("a")) is None

    # --- the life of a store ---

    async def test_what_was_kept_is_there_when_it_is_opened_again(self, opening: Opening) -> None:
        async with opening() as store:
            await keep(store, a_ride("a"))
            await tell(store, "a", "Told")
        async with opening() as store:
            expected = Entry(activity=a_ride("a"), story=a_story("Told"))
            assert await store.entries(ANNA, limit=9) == [expected]

    async def test_what_one_opening_keeps_another_sees(
        self, store: Store, opening: Opening
    ) -> None:
        async with opening() as other:
            await keep(other, a_ride("a"))
            assert ids(await store.entries(ANNA, limit=9)) == ["a"]

    async def test_an_open_store_answers(self, store: Store) -> None:
        await store.ping()

    async def test_records_are_there_when_it_is_opened_again(self, opening: Opening) -> None:
        records = [a_record("a", minutes=0), a_record("b")]
        async with opening() as store:
            await put(store, *records)
        async with opening() as store:
            assert await store.records_after(("", ""), limit=9) == records

    async def test_what_was_forgotten_takes_its_stories_along(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        await tell(store, "a", "Old")
        await store.forget(ANNA)
        await keep(store, a_ride("a"))
        assert await store.stories(ANNA, ActivityId("a")) == []

    async def test_a_closed_store_refuses_every_call(self, store: Store) -> None:
        await keep(store, a_ride("a"))
        await store.close()
        one = ActivityId("a")
        for call in (
            lambda: store.keep_activity(ANNA, a_ride("b")),
            lambda: store.keep_story(ANNA, one, a_story()),
            lambda: store.entry(ANNA, one),
            lambda: store.entries(ANNA, limit=1),
            lambda: store.stories(ANNA, one),
            lambda: store.delete_activity(ANNA, one),
            lambda: store.record("thing", "a"),
            lambda: store.records("thing", ANNA),
            lambda: store.records_due("thing", NOON, limit=1),
            lambda: store.records_after(("", ""), limit=1),
            lambda: store.swap_record(None, a_record()),
            lambda: store.forget(ANNA),
            store.ping,
        ):
            with pytest.raises(StoreUnavailable):
                await call()

    async def test_closing_twice_does_no_harm(self, store: Store) -> None:
        await store.close()
        await store.close()

    async def test_closing_twice_at_once_does_no_harm(self, store: Store) -> None:
        await asyncio.gather(store.close(), store.close())

    async def test_closing_finishes_what_was_begun(self, opening: Opening) -> None:
        async with opening() as store:
            begun = [asyncio.create_task(keep(store, a_ride(f"{n}"))) for n in range(50)]
            await asyncio.sleep(0)
            await store.close()
            await asyncio.gather(*begun)
        async with opening() as store:
            assert len(await store.entries(ANNA, limit=99)) == 50

    async def test_a_write_whose_task_is_cancelled_is_done_whole_or_not_at_all(
        self, store: Store
    ) -> None:
        await keep(store, *(a_ride(f"{n:02}") for n in range(40)))
        telling = [asyncio.create_task(tell(store, f"{n:02}", "Told")) for n in range(40)]
        await asyncio.sleep(0.001)
        for task in telling[::2]:
            task.cancel()
        done = await asyncio.gather(*telling, return_exceptions=True)
        told = {entry.activity.id for entry in await store.entries(ANNA, limit=99, told=True)}
        acknowledged = {f"{n:02}" for n, error in enumerate(done) if error is None}
        assert acknowledged <= told
        for n in range(40):
            history = await store.stories(ANNA, ActivityId(f"{n:02}"))
            assert len(history) == (f"{n:02}" in told)

    def test_it_does_as_a_dict_would(self, opening: Opening) -> None:
        run_against_a_dict(opening)
