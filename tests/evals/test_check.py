import json
from functools import partial

import anyio
import pytest
from typer.testing import CliRunner

from stridetale.evals.check import LAST, Checked, app, check, report_of
from stridetale.evals.reader import Finding
from stridetale.invented import invented_activities
from stridetale.story import Budget


@pytest.fixture(scope="module")
def checked() -> list[Checked]:
    """Two hundred composed stories, told and read once for all tests."""
    activities = list(invented_activities(200, seed=1))
    return anyio.run(partial(check, activities, seed=1, writer=None, budget=Budget()))


def test_the_reader_finds_nothing_in_two_hundred_composed_stories(checked: list[Checked]) -> None:
    found = [(one.story.text, finding) for one in checked for finding in one.findings]
    assert found == []


def test_grounding_finds_nothing_in_them(checked: list[Checked]) -> None:
    assert [one.contradictions for one in checked if one.contradictions] == []


def test_all_of_them_have_forty_to_sixty_words(checked: list[Checked]) -> None:
    report = report_of(checked)
    assert report.words_min >= 40
    assert report.words_max <= 60


def test_they_are_told_in_all_tones_and_both_units(checked: list[Checked]) -> None:
    told = {(one.story.tone, one.story.units) for one in checked}
    assert len(told) == 8


def test_no_story_reads_as_one_of_those_before_it(checked: list[Checked]) -> None:
    for number, one in enumerate(checked):
        before = [other.story.template.body for other in checked[max(0, number - LAST) : number]]
        assert one.story.template.body not in before


def test_a_report_with_a_finding_has_not_passed(checked: list[Checked]) -> None:
    one = checked[0]
    lie = Finding("day", "Sunday", "it was Tuesday")
    report = report_of([Checked(one.activity, one.story, (lie,), ())])
    assert not report.passed
    assert report.kinds == {"day": 1}


def test_the_command_prints_a_report_that_parses() -> None:
    result = CliRunner().invoke(app, ["--count", "10", "--seed", "3", "--json"])
    report = json.loads(result.stdout)["report"]
    assert report["stories"] == 10
    assert report["authors"] == {"composer": 10}


def test_the_command_shows_a_table_and_passes() -> None:
    result = CliRunner().invoke(app, ["--count", "10", "--seed", "3"])
    assert "distinct titles" in result.stdout
    assert result.exit_code == 0
