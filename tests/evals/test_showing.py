import json
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path

import anyio
from rich.console import Console

from evals.stories import FALSE, case_of, composed_run, good, run_of
from stridetale.evals.figures import Training
from stridetale.evals.machine import this_machine
from stridetale.evals.plot import plot
from stridetale.evals.reader import Finding
from stridetale.evals.report import Report, report_of
from stridetale.evals.runs import Run
from stridetale.evals.showing import ROWS, as_json, markdown, table
from stridetale.story import Budget


async def a_run() -> Run:
    """A good story, a composed one, and one that is untrue."""
    told = await case_of(good())
    untrue = replace(told, findings=(Finding("day", "Sunday", "it was Tuesday"),))
    return await run_of(told, await case_of(FALSE, good(1)), untrue)


@cache
def reports() -> list[Report]:
    model = report_of(anyio.run(a_run), Budget(), training=Training([["a"]]))
    return [model, report_of(composed_run(3), Budget())]


def test_the_table_has_every_figure_of_every_writer() -> None:
    console = Console(width=200, file=StringIO())
    with console.capture() as captured:
        console.print(table(reports()))
    text = captured.get()
    assert all(row.name in text for row in ROWS)
    assert "scripted" in text
    assert "composer" in text


def test_the_page_has_the_same_figures_as_markdown() -> None:
    page = markdown(reports(), this_machine(), seed=7)
    assert "| accepted at the first draft | ≥ 70% | 66.7% | – |" in page
    assert "| contradictions, independent reader | 0 | 1 (day 1) | 0 |" in page


def test_the_page_says_how_to_measure_again() -> None:
    page = markdown(reports(), this_machine(), seed=7)
    assert "`stridetale eval --writer scripted --writer composer --cases 3 --seed 7`" in page


def test_the_page_says_with_what_it_was_measured() -> None:
    page = markdown(reports(), this_machine(), seed=7)
    budget = Budget()
    said = f"{budget.seconds:g} seconds and {budget.drafts} drafts a story"
    assert f"- scripted: scripted (1), {said}" in page
    assert f"Python {this_machine().python}" in page


def test_the_json_has_every_figure_of_every_writer() -> None:
    whole = json.loads(as_json(reports(), this_machine(), seed=7))
    assert [one["writer"] for one in whole["reports"]] == ["scripted", "composer"]
    assert [one["passed"] for one in whole["reports"]] == [False, True]


def test_the_json_has_every_untrue_story() -> None:
    whole = json.loads(as_json(reports(), this_machine(), seed=7, runs=[anyio.run(a_run)]))
    [untrue] = whole["untrue"]
    assert untrue["findings"] == [{"kind": "day", "said": "Sunday", "why": "it was Tuesday"}]


def test_the_plot_names_every_writer(tmp_path: Path) -> None:
    plot(reports(), tmp_path / "plot.svg")
    drawn = (tmp_path / "plot.svg").read_text(encoding="utf-8")
    assert ">scripted<" in drawn
    assert ">composer<" in drawn


def test_the_plot_is_small_enough_to_commit(tmp_path: Path) -> None:
    plot(reports(), tmp_path / "plot.svg")
    assert (tmp_path / "plot.svg").stat().st_size < 100_000
