from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from typing_extensions import override

from builders import an_activity, facts_like
from fakes import MemoryStore, Pause, ScriptedWriter
from stridetale.activity import ActivityId
from stridetale.athlete import AthleteId
from stridetale.composer import compose
from stridetale.draft import Draft
from stridetale.errors import ActivityNotFound, CursorInvalid
from stridetale.facts import Facts
from stridetale.library import (
    Added,
    Entry,
    Library,
    Page,
    Position,
    cursor_of,
    position_of,
    seed_of,
)
from stridetale.saying import Style
from stridetale.story import Budget, Step, StoryWriter, Told, Wish, Writing, Written

ME, OTHER = AthleteId("me"), AthleteId("other")
ONE = ActivityId("1")
WISH = Wish(tone="plain")
MILES = Wish(style=Style(units="imperial"))


def a_library(writer: StoryWriter | None = None) -> Library:
    return Library(MemoryStore(), writer, Budget(seconds=20))


async def filled(*ids: str, **fields: Any) -> Library:  # noqa: ANN401 (any field)
    """A library in which I have activities of these ids, all alike."""
    library = a_library()
    await library.add(ME, [an_activity(id=one, **fields) for one in ids or ("1",)])
    return library


async def pages(library: Library, **wanted: Any) -> list[list[str]]:  # noqa: ANN401 (as of page)
    """The ids on each page, to the last."""
    page = await library.page(ME, **wanted)
    found = [page]
    while page.next is not None:
        page = await library.page(ME, before=page.next, **wanted)
        found.append(page)
    return [[entry.activity.id for entry in page.entries] for page in found]


# --- adding, getting, deleting ---------------------------------------------------------------


async def test_an_activity_that_was_added_is_there() -> None:
    library = a_library()
    added = await library.add(ME, [an_activity()])
    assert (added, await library.get(ME, ONE)) == (
        [Added(ONE, new=True)],
        Entry(activity=an_activity()),
    )


async def test_an_activity_that_is_added_again_is_brought_up_to_date() -> None:
    library = await filled()
    added = await library.add(ME, [an_activity(name="Later")])
    assert (added, (await library.get(ME, ONE)).activity.name) == ([Added(ONE, new=False)], "Later")


async def test_an_activity_that_is_added_again_keeps_its_story() -> None:
    library = await filled()
    story = (await library.tell(ME, ONE, WISH)).story
    await library.add(ME, [an_activity(name="Later")])
    assert (await library.get(ME, ONE)).story == story


async def test_an_activity_that_was_deleted_is_gone_with_its_stories() -> None:
    library = await filled()
    await library.tell(ME, ONE, WISH)
    await library.delete(ME, ONE)
    await library.add(ME, [an_activity()])
    assert await library.history(ME, ONE) == []


@pytest.mark.parametrize("athlete", [ME, OTHER])
async def test_what_an_athlete_does_not_have_is_not_found(athlete: AthleteId) -> None:
    library = await filled("1") if athlete == OTHER else a_library()
    for action in (library.get, library.history, library.delete):
        with pytest.raises(ActivityNotFound, match="activity 1"):
            await action(athlete, ONE)
    with pytest.raises(ActivityNotFound):
        await library.tell(athlete, ONE, WISH)


async def test_another_athlete_sees_no_page_of_mine() -> None:
    library = await filled()
    assert await library.page(OTHER, limit=5) == Page(entries=())


async def test_two_athletes_may_have_an_activity_of_the_same_id() -> None:
    library = await filled()
    await library.add(OTHER, [an_activity(name="Theirs")])
    await library.delete(OTHER, ONE)
    assert (await library.get(ME, ONE)).activity.name is None


# --- pages -----------------------------------------------------------------------------------


async def test_activities_come_newest_first() -> None:
    library = a_library()
    days = {"1": "Monday", "2": "Wednesday", "3": "Tuesday"}
    await library.add(ME, [an_activity(id=one, on=day) for one, day in days.items()])
    assert await pages(library, limit=5) == [["2", "3", "1"]]


async def test_activities_that_began_together_come_by_id_and_once() -> None:
    library = await filled("a", "b", "c", "d", "e")
    assert await pages(library, limit=2) == [["e", "d"], ["c", "b"], ["a"]]


async def test_a_page_that_is_just_full_is_the_last() -> None:
    library = await filled("a", "b")
    assert (await library.page(ME, limit=2)).next is None


async def test_a_page_goes_on_where_the_one_before_ended_though_something_was_deleted() -> None:
    library = await filled("a", "b", "c", "d")
    page = await library.page(ME, limit=2)
    await library.delete(ME, ActivityId("c"))
    rest = await library.page(ME, limit=2, before=page.next)
    assert [entry.activity.id for entry in rest.entries] == ["b", "a"]


@pytest.mark.parametrize(("told", "ids"), [(True, ["b"]), (False, ["c", "a"])])
async def test_a_page_may_hold_only_what_has_a_story_or_only_what_has_none(
    ids: list[str], *, told: bool
) -> None:
    library = await filled("a", "b", "c")
    await library.tell(ME, ActivityId("b"), WISH)
    assert await pages(library, limit=5, told=told) == [ids]


async def test_an_empty_library_has_one_empty_page() -> None:
    assert await a_library().page(ME, limit=3) == Page(entries=())


async def test_a_cursor_that_is_not_ours_is_refused() -> None:
    with pytest.raises(CursorInvalid, match="before"):
        await a_library().page(ME, limit=3, before="second page, please")


# --- cursors ---------------------------------------------------------------------------------

moments = st.datetimes(
    min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)  # noqa: DTZ001 (hypothesis takes naive ends)
)  # fmt: skip
ids = st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True)


@given(start=moments, activity_id=ids)
def test_a_cursor_stands_for_its_position(start: datetime, activity_id: str) -> None:
    activity = an_activity(start=start, id=activity_id)
    assert position_of(cursor_of(activity)) == Position(start, ActivityId(activity_id))


@given(ids.map(lambda one: cursor_of(an_activity(id=one))))
def test_a_cursor_is_safe_in_an_address(cursor: str) -> None:
    assert set(cursor) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda b: b.decode("latin-1")))
@example("")
@example("=")
@example("MCwx=")  # "0,1" with padding
@example("MCwx!!!!")  # with letters that a lenient decoder passes over
@example("MDAsMQ")  # "00,1"
@example("MV8wLDE")  # "1_0,1"
@example("MCwxCg")  # "0,1\n"
@example("MCws")  # "0,,"
@example("OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LDE")  # beyond the calendar
@example("9" * 10_000)
def test_what_is_no_cursor_of_ours_is_refused(text: str) -> None:
    with pytest.raises(CursorInvalid):
        position_of(text)


@given(st.integers(0, 30), st.characters())
def test_a_cursor_that_was_changed_is_refused_or_another_one_of_ours(at: int, new: str) -> None:
    cursor = cursor_of(an_activity())
    changed = cursor[:at] + new + cursor[at + 1 :]
    try:
        position = position_of(changed)
    except CursorInvalid:
        return
    assert cursor_of(an_activity(start=position.start, id=position.activity_id)) == changed


# --- telling ---------------------------------------------------------------------------------


async def test_a_story_that_was_told_is_kept() -> None:
    library = await filled()
    entry = await library.tell(ME, ONE, WISH)
    assert entry.story is not None
    assert entry == await library.get(ME, ONE)


async def test_a_story_that_was_told_is_not_told_anew() -> None:
    library = await filled()
    first = await library.tell(ME, ONE, WISH)
    assert (await library.tell(ME, ONE, WISH), len(await library.history(ME, ONE))) == (first, 1)


async def test_a_story_that_was_told_is_said_in_miles_on_wish() -> None:
    library = await filled()
    told = await library.tell(ME, ONE, WISH)
    miles = await library.tell(ME, ONE, MILES)
    assert miles.story is not None
    assert told.story is not None
    assert (miles.story.units, miles.story.template) == ("imperial", told.story.template)


async def test_a_story_that_is_said_in_miles_is_kept_as_it_was_told() -> None:
    library = await filled()
    told = await library.tell(ME, ONE, WISH)
    await library.tell(ME, ONE, MILES)
    assert await library.get(ME, ONE) == told


async def test_a_story_that_is_told_again_keeps_the_old_one() -> None:
    library = await filled()
    first = (await library.tell(ME, ONE, WISH)).story
    second = (await library.tell(ME, ONE, WISH, again=True)).story
    assert await library.history(ME, ONE) == [second, first]


async def test_a_story_that_is_told_again_is_another() -> None:
    library = await filled()
    first = (await library.tell(ME, ONE, WISH)).story
    second = (await library.tell(ME, ONE, WISH, again=True)).story
    assert first is not None
    assert second is not None
    assert first.template != second.template


async def test_the_same_seed_tells_the_same_story_again() -> None:
    library = await filled()
    wish = Wish(seed=7)
    first = (await library.tell(ME, ONE, wish)).story
    second = (await library.tell(ME, ONE, wish, again=True)).story
    assert first is not None
    assert second is not None
    assert first.template == second.template


async def test_two_libraries_tell_the_same_first_story() -> None:
    one, other = [(await (await filled()).tell(ME, ONE, WISH)).story for _ in range(2)]
    assert one is not None
    assert other is not None
    assert one.template == other.template


async def test_activities_that_are_alike_are_told_in_different_stories() -> None:
    library = await filled("1", "2", "3")
    entries = [await library.tell(ME, ActivityId(one), WISH) for one in "123"]
    assert len({entry.story.template.body for entry in entries if entry.story is not None}) == 3


async def test_a_story_that_is_not_true_any_more_is_told_anew() -> None:
    library = await filled()
    await library.tell(ME, ONE, WISH)
    await library.add(ME, [an_activity(sport_type="Yoga", distance_m=None)])
    entry = await library.tell(ME, ONE, WISH)
    assert entry.story is not None
    assert "distance" not in entry.story.template.slots
    assert len(await library.history(ME, ONE)) == 2


async def test_the_writer_of_the_library_drafts() -> None:
    draft = compose(facts_like(), tone="plain", seed=1)
    library = a_library(ScriptedWriter(draft))
    await library.add(ME, [an_activity()])
    entry = await library.tell(ME, ONE, WISH)
    assert entry.story is not None
    assert (entry.story.author.kind, entry.story.template) == ("model", draft)


async def test_a_telling_is_kept_before_its_last_step_is_seen() -> None:
    library = await filled()
    async with aclosing(library.telling(ME, ONE, WISH)) as steps:
        async for step in steps:
            if isinstance(step, Told):
                assert await library.history(ME, ONE) == [step.story]


async def test_a_telling_of_what_was_told_has_one_step() -> None:
    library = await filled()
    story = (await library.tell(ME, ONE, WISH)).story
    assert story is not None
    steps: list[Step] = [step async for step in library.telling(ME, ONE, WISH)]
    assert steps == [Told(story)]


async def test_a_telling_that_is_closed_early_stops_the_writer_and_keeps_nothing() -> None:
    writer = ScriptedWriter(Writing(0, "It"), Pause())
    library = a_library(writer)
    await library.add(ME, [an_activity()])
    steps = library.telling(ME, ONE, WISH)
    await anext(steps)
    await steps.aclose()
    assert (writer.drafting, await library.history(ME, ONE)) == (0, [])


class Deleting(ScriptedWriter):
    """While it drafts, its athlete deletes the activity."""

    library: Library

    @override
    async def drafts(
        self, facts: Facts, wish: Wish, *, count: int, seed: int, before: Sequence[Draft] = ()
    ) -> AsyncGenerator[Writing | Written, bool | None]:
        await self.library.delete(ME, ONE)
        async with aclosing(
            super().drafts(facts, wish, count=count, seed=seed, before=before)
        ) as drafts:
            async for step in drafts:
                yield step


async def test_an_activity_that_is_deleted_while_it_is_told_is_not_found() -> None:
    writer = Deleting()
    writer.library = library = a_library(writer)
    await library.add(ME, [an_activity()])
    with pytest.raises(ActivityNotFound):
        await library.tell(ME, ONE, WISH)


def test_each_telling_of_each_activity_has_its_own_seed() -> None:
    seeds = [seed_of(ActivityId(one), telling) for one in ("1", "2", "11") for telling in (0, 1)]
    assert len(set(seeds)) == 6


def test_a_seed_is_the_same_on_every_machine() -> None:
    assert seed_of(ONE, 0) == 416_735_690


async def test_an_entry_comes_back_from_json_as_it_was() -> None:
    entry = await (await filled()).tell(ME, ONE, WISH)
    assert Entry.model_validate_json(entry.model_dump_json()) == entry
