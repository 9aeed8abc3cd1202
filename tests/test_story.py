import asyncio
import dataclasses
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from itertools import count as counting
from time import perf_counter

import anyio
import pytest
from typing_extensions import override

from builders import a_draft, facts_like
from fakes import Line, Pause, ScriptedWriter
from stridetale import __version__
from stridetale.activity import Weather
from stridetale.choosing import Score
from stridetale.composer import compose
from stridetale.draft import Draft
from stridetale.errors import WriterFailed, WriterRefused, WriterTimedOut
from stridetale.facts import Facts
from stridetale.saying import Style
from stridetale.story import (
    COMPOSER,
    Budget,
    GaveUp,
    Judged,
    Step,
    Story,
    StoryWriter,
    Told,
    Wish,
    Writing,
    Written,
    choose,
    tell,
    telling,
)

FACTS = facts_like(on="Tuesday")
LIE = "You rode {distance} on a Sunday."
BUDGET = Budget(seconds=20)
CHOOSY = dataclasses.replace(BUDGET, clearly_good=0.1, patience=0.0)
"""Nothing is clearly good."""
HASTY = dataclasses.replace(CHOOSY, seconds=0.25)


def true_draft(seed: int = 1) -> Draft:
    """A draft of the composer stands for one of a model: nothing contradicts it."""
    return compose(FACTS, tone="plain", seed=seed)


def like(draft: Draft) -> Draft:
    """A story that the athlete has, of another title: the draft would read like it."""
    return draft.model_copy(update={"title": "Something Else"})


async def told(
    *script: Line, budget: Budget = BUDGET, facts: Facts = FACTS, before: Sequence[Draft] = ()
) -> Story:
    writer = ScriptedWriter(*script)
    return await tell(facts, Wish(), writer=writer, budget=budget, seed=1, before=before)


async def steps_of(writer: StoryWriter, budget: Budget = BUDGET) -> list[Step]:
    async with aclosing(telling(FACTS, Wish(), writer=writer, budget=budget, seed=1)) as steps:
        return [step async for step in steps]


# --- who tells -------------------------------------------------------------------------------


async def test_a_true_draft_is_told_as_the_models() -> None:
    story = await told(true_draft())
    assert (story.template, story.author.model, story.drafts) == (true_draft(), "scripted", 1)


async def test_a_draft_after_a_lie_is_told() -> None:
    story = await told(LIE, true_draft())
    assert (story.template, story.drafts) == (true_draft(), 2)


async def test_where_every_draft_lies_the_composer_tells() -> None:
    story = await told(LIE, LIE)
    assert (story.author, story.drafts) == (COMPOSER, 2)


async def test_without_a_writer_the_composer_tells() -> None:
    story = await tell(FACTS, Wish(tone="epic"), writer=None, budget=BUDGET, seed=7)
    assert (story.template, story.author, story.drafts) == (
        compose(FACTS, tone="epic", seed=7),
        COMPOSER,
        0,
    )


async def test_a_writer_that_writes_nothing_leaves_it_to_the_composer() -> None:
    assert (await told()).author == COMPOSER


def test_the_composer_has_our_version() -> None:
    assert COMPOSER.version == __version__


async def test_what_was_told_before_is_known_to_the_composer() -> None:
    before = [compose(FACTS, tone="warm", seed=7)]
    story = await tell(FACTS, Wish(), writer=None, budget=BUDGET, seed=7, before=before)
    assert story.template == compose(FACTS, tone="warm", seed=7, before=before)


# --- which draft -----------------------------------------------------------------------------


async def test_a_draft_that_reads_clearly_well_is_told_at_once() -> None:
    writer = ScriptedWriter(true_draft(), true_draft(2))
    story = await tell(FACTS, Wish(), writer=writer, budget=BUDGET, seed=1)
    assert (story.template, writer.finished) == (true_draft(1), 1)


async def test_the_longer_it_takes_the_less_is_asked_of_the_best() -> None:
    less = dataclasses.replace(CHOOSY, patience=0.2)
    story = await told(true_draft(), true_draft(2), true_draft(3), budget=less)
    assert (story.template, story.drafts) == (true_draft(1), 2)


async def test_when_a_draft_is_told_the_writer_is_stopped() -> None:
    writer = ScriptedWriter(true_draft(), Pause(), true_draft(2))
    await tell(FACTS, Wish(), writer=writer, budget=BUDGET, seed=1)
    assert writer.drafting == 0


async def test_the_best_of_several_true_drafts_is_told() -> None:
    before = [like(true_draft(1)), like(true_draft(3))]
    drafts = (true_draft(), true_draft(2), true_draft(3))
    story = await told(*drafts, budget=CHOOSY, before=before)
    assert (story.template, story.drafts) == (true_draft(2), 3)


async def test_a_lie_is_not_told_however_well_it_reads() -> None:
    story = await told(a_draft(LIE), true_draft())
    assert story.template == true_draft()


def test_of_no_drafts_none_is_chosen() -> None:
    assert choose([]) is None


def test_of_drafts_that_read_alike_the_first_is_chosen() -> None:
    judged = [Judged(n, true_draft(n), (), Score()) for n in (1, 2)]
    assert choose(judged) is judged[0]


async def test_a_draft_with_an_invented_word_is_not_told() -> None:
    invented = true_draft(2).model_copy(update={"title": "The Brimmery"})
    story = await told(invented, true_draft())
    assert story.template == true_draft()


async def test_a_title_that_the_athlete_has_is_not_written_on() -> None:
    had = a_draft(title=true_draft().title)
    writer = ScriptedWriter(Writing(0, f"{had.title}\n"), true_draft(2))
    async with aclosing(
        telling(FACTS, Wish(), writer=writer, budget=BUDGET, seed=1, before=[had])
    ) as steps:
        judged = [step async for step in steps if isinstance(step, Judged)]
    assert [one.whole for one in judged][:1] == [False]


async def test_a_title_that_the_athlete_has_is_not_told_again() -> None:
    writer = ScriptedWriter(true_draft(), true_draft(2))
    story = await tell(
        FACTS,
        Wish(),
        writer=writer,
        budget=BUDGET,
        seed=1,
        before=[a_draft(title=true_draft().title)],
    )
    assert story.template == true_draft(2)


async def test_a_draft_with_blemishes_is_compared_before_it_is_told() -> None:
    story = await told(true_draft(), true_draft(2), before=[like(true_draft())])
    assert (story.template, story.drafts) == (true_draft(2), 2)


def test_a_beginning_is_not_chosen() -> None:
    assert choose([Judged(0, true_draft(), (), Score(), whole=False)]) is None


# --- beginnings ------------------------------------------------------------------------------

FALSE = Writing(0, "Two Wheels\nYou rode on a Sunday.")


async def test_a_beginning_that_is_false_is_judged() -> None:
    [_, judged, _] = await steps_of(ScriptedWriter(FALSE))
    assert isinstance(judged, Judged)
    assert (judged.whole, [one.kind for one in judged.found]) == (False, ["day"])


async def test_a_beginning_with_a_fault_is_judged() -> None:
    [_, judged, _] = await steps_of(ScriptedWriter(Writing(0, "Two Wheels\nYou rodened.")))
    assert isinstance(judged, Judged)
    assert (judged.whole, judged.score.unknown) == (False, ("rodened",))


@pytest.mark.parametrize("text", ["Two Wheels\nYou rode on a Sunday", "Sunday."])
async def test_nothing_is_judged_before_a_sentence_is_finished(text: str) -> None:
    steps = await steps_of(ScriptedWriter(Writing(0, text)))
    assert [type(step) for step in steps] == [Writing, Told]


async def test_a_beginning_that_is_true_is_waited_for() -> None:
    writer = ScriptedWriter(Writing(0, "Two Wheels\nYou rode."), true_draft())
    steps = await steps_of(writer)
    assert [type(step) for step in steps] == [Writing, Judged, Told]


async def test_the_writer_hears_that_no_more_of_a_beginning_is_wanted() -> None:
    writer = ScriptedWriter(FALSE, Writing(1, "A"), Written(1, true_draft()))
    await steps_of(writer)
    assert writer.unwanted == [0]


async def test_what_still_comes_of_an_unwanted_draft_is_not_looked_at() -> None:
    writer = ScriptedWriter(FALSE, Writing(0, f"{FALSE.text} Yes"), true_draft(), Writing(1, "A"))
    steps = await steps_of(writer)
    assert [type(step) for step in steps] == [Writing, Judged, Writing, Told]
    assert writer.unwanted == [0, 0, 0]


async def test_an_unwanted_draft_counts_as_one() -> None:
    story = await told(FALSE, Written(1, true_draft()))
    assert story.drafts == 2


# --- what it costs ---------------------------------------------------------------------------


async def test_when_the_time_is_spent_the_composer_tells() -> None:
    began = perf_counter()
    story = await told(LIE, Pause(), true_draft(), budget=HASTY)
    assert (story.author, story.drafts, perf_counter() - began < 10) == (COMPOSER, 1, True)


async def test_when_the_time_is_spent_the_writer_is_stopped() -> None:
    writer = ScriptedWriter(Pause(), true_draft())
    await steps_of(writer, HASTY)
    assert (writer.drafting, writer.finished) == (0, 0)


async def test_when_the_time_is_spent_it_is_said() -> None:
    [gave_up, _] = await steps_of(ScriptedWriter(Pause()), HASTY)
    assert isinstance(gave_up, GaveUp)
    assert isinstance(gave_up.why, WriterTimedOut)
    assert gave_up.why.detail == "No good draft within 0.25 seconds."


async def test_when_the_time_is_spent_a_true_draft_from_before_is_told() -> None:
    steps = await steps_of(ScriptedWriter(true_draft(), Pause()), HASTY)
    assert [type(step) for step in steps] == [Judged, Told]
    assert isinstance(steps[-1], Told)
    assert steps[-1].story.template == true_draft()


class Restless(ScriptedWriter):
    """Writes on without ever waiting, whatever was asked for."""

    def __init__(self, step: Writing | Written) -> None:
        super().__init__()
        self.step = step

    @override
    async def drafts(
        self, facts: Facts, wish: Wish, *, count: int, seed: int, before: Sequence[Draft] = ()
    ) -> AsyncGenerator[Writing | Written, bool | None]:
        for _ in counting():
            yield self.step


async def test_a_writer_that_never_waits_is_stopped_when_the_time_is_spent() -> None:
    steps = await steps_of(Restless(Writing(0, "and then")), HASTY)
    assert [type(step) for step in steps[-2:]] == [GaveUp, Told]


async def test_a_writer_that_never_ends_writes_no_more_drafts_than_it_may() -> None:
    steps = await steps_of(Restless(Written(0, a_draft(LIE))), Budget(seconds=20, drafts=3))
    assert [type(step) for step in steps] == [Judged, Judged, Judged, Told]


async def test_a_writer_is_asked_for_as_many_drafts_as_the_budget_has() -> None:
    writer = ScriptedWriter(LIE, LIE, LIE)
    await tell(FACTS, Wish(), writer=writer, budget=Budget(seconds=20, drafts=2), seed=5)
    assert writer.asked == [(2, 5)]


async def test_a_writer_learns_what_the_athlete_was_told_before() -> None:
    writer, before = ScriptedWriter(), [true_draft()]
    await tell(FACTS, Wish(), writer=writer, budget=Budget(), seed=1, before=before)
    assert writer.before == before


async def test_a_story_says_how_long_it_took() -> None:
    story = await told(Pause(0.05), true_draft())
    assert 0.05 <= story.seconds < 10


# --- when the writer fails -------------------------------------------------------------------


@pytest.mark.parametrize("drafts", [0, 2])
async def test_when_the_writer_fails_the_composer_tells(drafts: int) -> None:
    story = await told(*[LIE] * drafts, WriterRefused("No credit left."))
    assert (story.author, story.drafts) == (COMPOSER, drafts)


async def test_when_the_writer_fails_it_is_said_why() -> None:
    why = WriterRefused("No credit left.")
    [gave_up, _] = await steps_of(ScriptedWriter(why))
    assert gave_up == GaveUp(why)


async def test_when_the_writer_fails_a_true_draft_from_before_is_told() -> None:
    steps = await steps_of(ScriptedWriter(true_draft(), WriterFailed("No more.")), CHOOSY)
    assert [type(step) for step in steps] == [Judged, Told]


async def test_when_the_writer_fails_it_is_closed() -> None:
    writer = ScriptedWriter(WriterFailed("No more."))
    await steps_of(writer)
    assert writer.drafting == 0


async def test_a_defect_of_the_writer_is_not_hidden() -> None:
    class Broken(Restless):
        @override
        async def drafts(
            self, facts: Facts, wish: Wish, *, count: int, seed: int, before: Sequence[Draft] = ()
        ) -> AsyncGenerator[Writing | Written, bool | None]:
            raise ZeroDivisionError
            yield self.step

    with pytest.raises(ZeroDivisionError):
        await steps_of(Broken(Writing(0, "")))


# --- step by step ----------------------------------------------------------------------------


async def test_a_telling_shows_each_step() -> None:
    steps = await steps_of(ScriptedWriter(Writing(0, "It"), LIE, true_draft()))
    assert [type(step) for step in steps] == [Writing, Judged, Judged, Told]


async def test_a_judged_draft_says_what_contradicts_it() -> None:
    [judged, *_] = await steps_of(ScriptedWriter(LIE))
    assert isinstance(judged, Judged)
    assert judged.found


async def test_a_telling_that_is_closed_early_leaves_nothing_running() -> None:
    writer = ScriptedWriter(Writing(0, "It"), Pause(), true_draft())
    before = asyncio.all_tasks()
    steps = telling(FACTS, Wish(), writer=writer, budget=BUDGET, seed=1)
    await anext(steps)
    await steps.aclose()
    assert (writer.drafting, asyncio.all_tasks()) == (0, before)


async def test_a_telling_that_is_cancelled_stops_the_writer() -> None:
    writer = ScriptedWriter(Pause())
    with anyio.move_on_after(0.05):
        await steps_of(writer)
    assert (writer.asked, writer.drafting) == ([(12, 1)], 0)


# --- the story -------------------------------------------------------------------------------


async def test_a_story_is_title_and_body() -> None:
    story = await told(true_draft())
    assert story.text == f"{story.title}\n\n{story.body}"


async def test_a_story_counts_the_words_of_its_body() -> None:
    story = await told(true_draft())
    assert 40 <= story.words <= 60


async def test_a_story_has_a_receipt_for_each_of_its_facts() -> None:
    story = await told(true_draft())
    assert {one.slot for one in story.receipts} == set(true_draft().slots)


async def test_a_story_keeps_what_was_wished() -> None:
    wish = Wish(tone="funny", style=Style(locale="en_US", units="imperial"))
    facts = facts_like(style=wish.style)
    story = await tell(facts, wish, writer=None, budget=BUDGET, seed=1)
    assert (story.tone, story.locale, story.units) == ("funny", "en_US", "imperial")


async def test_a_story_is_said_in_miles_tomorrow() -> None:
    draft = a_draft("You rode {distance}.", title="After {distance}")
    story = (await told(true_draft())).model_copy(update={"template": draft})
    miles = story.said_of(facts_like(style=Style(units="imperial")))
    assert (miles.text, miles.words, miles.units, miles.receipts[0].said) == (
        "After 26.3 Miles\n\nYou rode 26.3 miles.",
        4,
        "imperial",
        "26.3 miles",
    )


async def test_a_story_that_is_said_in_miles_is_otherwise_the_same() -> None:
    story = await told(true_draft())
    again = story.said_of(facts_like(style=Style(units="imperial"))).said_of(FACTS)
    assert again == story


async def test_a_story_of_a_fact_that_is_known_no_more_stays_as_it_was_told() -> None:
    story = await told(true_draft())
    lost = dataclasses.replace(facts_like(style=Style(units="imperial")), known=())
    assert story.said_of(lost) == story


async def test_a_story_is_true_of_the_facts_it_was_told_of() -> None:
    assert (await told(true_draft())).is_true_of(FACTS)


async def test_a_story_is_not_true_of_facts_that_lack_its_own() -> None:
    story = await told(true_draft())
    assert not story.is_true_of(dataclasses.replace(FACTS, known=()))


@pytest.mark.parametrize("writer", [None, ScriptedWriter(true_draft())])
async def test_a_story_comes_back_from_json_as_it_was(writer: StoryWriter | None) -> None:
    facts = facts_like(weather=Weather(condition="Rain", temperature_c=9), gear="Old Faithful")
    story = await tell(facts, Wish(), writer=writer, budget=BUDGET, seed=1)
    assert Story.model_validate_json(story.model_dump_json()) == story


def test_a_wish_comes_back_from_json_as_it_was() -> None:
    wish = Wish(tone="plain", style=Style(units="imperial"), seed=3)
    assert Wish.model_validate_json(wish.model_dump_json()) == wish
