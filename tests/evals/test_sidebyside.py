import anyio
import pytest

from builders import an_activity
from evals.stories import FALSE, case_of, composed_run, good, run_of
from fakes import Line, Pause
from stridetale.activity import Activity
from stridetale.evals.machine import this_machine
from stridetale.evals.sidebyside import page
from stridetale.story import Budget


async def shown(*script: Line, activity: Activity | None = None) -> str:
    """The page of one story by a writer with this script."""
    run = await run_of(await case_of(*script, activity=activity))
    return page([run], Budget(), this_machine(), seed=7)


async def test_a_story_stands_under_its_writer() -> None:
    text = await shown(good())
    story = (await case_of(good())).story
    assert f"**scripted: {story.title}**" in text
    assert story.body in text


async def test_the_sport_the_tone_and_the_facts_stand_above_it() -> None:
    assert "## 1. Ride, warm: 42.3 kilometres, " in await shown(good())


async def test_a_composed_story_says_so() -> None:
    assert "**scripted (composed): " in await shown(FALSE)


async def test_the_first_draft_that_was_refused_stands_there_with_the_reasons() -> None:
    assert "> Refused (day, sport): A Sunday Run / " in await shown(FALSE)


async def test_where_no_draft_was_finished_it_says_so() -> None:
    assert "> No draft was finished (" in await shown()


async def test_a_sport_that_somebody_typed_is_no_markup() -> None:
    text = await shown(good(), activity=an_activity(sport_type="<b>*x*"))
    assert r"\<b\>\*x\*" in text


def test_the_composers_own_stories_are_not_marked() -> None:
    text = page([composed_run(2)], Budget(), this_machine(), seed=1)
    assert "(composed)" not in text


def test_stories_of_one_activity_stand_together() -> None:
    runs = [composed_run(3), composed_run(3)]
    lines = page(runs, Budget(), this_machine(), seed=1).splitlines()
    marks = [line[:4] for line in lines if line.startswith(("## ", "**composer"))]
    assert marks == ["## 1", "**co", "**co", "## 2", "**co", "**co", "## 3", "**co", "**co"]


@pytest.mark.parametrize("said", ["seed 7", "nothing is chosen"])
def test_the_page_says_how_it_was_drawn(said: str) -> None:
    assert said in anyio.run(shown, good(), Pause(0.0))
