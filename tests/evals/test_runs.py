from dataclasses import replace
from functools import partial

import anyio
import pytest

from builders import facts_like
from evals.stories import FALSE, GOOD, case_of, composed_run, good
from fakes import Pause, ScriptedWriter
from stridetale.choosing import NEAR
from stridetale.errors import WriterRefused
from stridetale.evals.reader import Finding
from stridetale.evals.runs import Run, TimedWriter, run_writer
from stridetale.invented import invented_activities
from stridetale.sports import known_sport_types
from stridetale.story import Budget, Wish, Writing


@pytest.fixture(scope="module")
def composed() -> Run:
    """Two hundred composed stories, told and read once for all tests."""
    return composed_run(200)


def test_the_reader_finds_nothing_in_two_hundred_composed_stories(composed: Run) -> None:
    found = [(case.story.text, one) for case in composed.cases for one in case.findings]
    assert found == []


def test_grounding_finds_nothing_in_them(composed: Run) -> None:
    assert [case.against for case in composed.cases if case.against] == []


def test_they_are_told_in_all_tones_and_both_units(composed: Run) -> None:
    assert len({(case.story.tone, case.story.units) for case in composed.cases}) == 8


def test_no_story_reads_as_one_of_those_before_it(composed: Run) -> None:
    bodies = [case.story.template.body for case in composed.cases]
    assert all(
        body not in bodies[max(0, number - NEAR) : number] for number, body in enumerate(bodies)
    )


def test_five_hundred_cases_have_every_sport_and_what_recordings_lack() -> None:
    cases = list(invented_activities(500, seed=1))
    assert {one.sport.sport_type for one in cases} > set(known_sport_types())
    assert any(one.distance_m is None and one.sport.travels for one in cases)
    assert any(one.moving_time_s is None for one in cases)
    assert any(one.start_local is None for one in cases)
    assert any(0 < (one.distance_m or 0) < 250 for one in cases)
    assert any((one.distance_m or 0) > 300_000 for one in cases)
    assert any(one.trainer for one in cases)
    assert any(one.pool for one in cases)
    assert len({one.weather.condition for one in cases if one.weather is not None}) > 15


async def test_the_first_finished_draft_may_be_good() -> None:
    case = await case_of(good())
    assert case.first_good
    assert not case.composed


async def test_the_first_finished_draft_may_be_false() -> None:
    case = await case_of(FALSE, good(1))
    assert not case.first_good
    assert not case.composed


async def test_a_beginning_that_was_stopped_is_no_finished_draft() -> None:
    false = Writing(0, "A Title\nOn Sunday you ran with friends.")
    case = await case_of(false, good(1))
    assert [one.whole for one in case.judged] == [False, True]
    assert case.first_good


async def test_a_story_without_a_good_draft_is_composed() -> None:
    case = await case_of(FALSE)
    assert case.composed
    assert case.good == ()


async def test_why_the_writer_gave_up_is_kept() -> None:
    case = await case_of(WriterRefused("No."))
    assert case.failure == "WriterRefused"


async def test_a_writer_that_ends_by_itself_did_not_give_up() -> None:
    assert (await case_of(good())).failure is None


async def test_the_time_of_the_writer_is_waited() -> None:
    case = await case_of(Pause(0.2), good())
    assert 0.2 <= case.waited <= case.seconds
    assert case.first_seconds is not None
    assert 0.2 <= case.first_seconds <= case.seconds


async def test_a_story_without_a_finished_draft_has_no_first_one() -> None:
    assert (await case_of()).first_seconds is None


async def test_the_tokens_of_all_steps_are_counted() -> None:
    case = await case_of(Writing(0, "A", tokens=1), Writing(0, "A Quiet", tokens=3), good())
    assert case.tokens == 4


async def test_the_timed_writer_passes_on_what_it_is_answered() -> None:
    writer = ScriptedWriter(good(0), good(1), good(2))
    steps = TimedWriter(writer).drafts(facts_like(), Wish(), count=3, seed=7)
    assert await steps.asend(None) == good(0)  # codespell:ignore asend
    await steps.aclose()
    assert (writer.asked, writer.drafting) == ([(3, 7)], 0)


async def test_a_story_of_which_nothing_was_found_is_not_untrue() -> None:
    assert not (await case_of(good())).untrue


async def test_a_story_in_which_the_reader_found_something_is_untrue() -> None:
    case = await case_of(good())
    assert replace(case, findings=(Finding("day", "Sunday", "it was Tuesday"),)).untrue


def test_a_run_whose_time_is_over_begins_no_further_story() -> None:
    activities = list(invented_activities(50, seed=1))
    run = anyio.run(
        partial(
            run_writer,
            activities,
            name="slow",
            writer=ScriptedWriter(Pause(0.05)),
            budget=Budget(seconds=1.0),
            at_most_seconds=0.01,
        )
    )
    assert (run.asked, len(run.cases)) == (50, 1)


def test_the_composer_alone_has_no_author() -> None:
    assert composed_run(2).author is None


def test_the_good_draft_of_these_tests_is_good() -> None:
    assert anyio.run(case_of, good()).story.template == GOOD
