"""The command `stridetale eval`."""

import json as jsonlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import anyio
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

import stridetale
from stridetale.errors import FileMissing
from stridetale.evals import sidebyside
from stridetale.evals.figures import Training, words_of
from stridetale.evals.guardrails import ECHO, PARROT, Guarded, guard
from stridetale.evals.machine import this_machine
from stridetale.evals.opening import label, opened
from stridetale.evals.report import Report, report_of
from stridetale.evals.runs import Case, Run, run_writer
from stridetale.evals.showing import as_json, markdown, table
from stridetale.invented import invented_activities
from stridetale.printing import PreparingBar
from stridetale.services import budget_of
from stridetale.settings import Settings

CASES, SIDE_BY_SIDE = 500, 24
"""Activities, unless somebody says otherwise."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Wanted:
    """What the command was asked for."""

    writers: tuple[str, ...]
    cases: int
    seed: int
    json: bool = False
    out: Path | None = None
    """A folder for table, JSON and plot."""
    training: Path | None = None
    at_most_seconds: float | None = None
    """For the stories of each writer."""


def evaluate(wanted: Wanted, settings: Settings) -> bool:
    """Tell the stories of invented activities and print their figures; False where one is untrue.

    Raises:
        SettingsInvalid: there is no such writer, or it lacks a setting.
        WriterFailed: a writer cannot write.
        FileMissing: there is no such folder of training data.
    """
    training = read_training(wanted.training)
    if training is None:
        err.print("No training data here: what stories share with it is left out.", style="yellow")
    runs = _runs(wanted, settings, wanted.cases)
    budget, machine = budget_of(settings), this_machine()
    reports = [report_of(run, budget, training=training) for run in runs]
    whole = as_json(reports, machine, seed=wanted.seed, runs=runs)
    if wanted.json:
        out.file.write(_line(whole))
    else:
        print_untrue(runs)
        out.print(table(reports))
    if wanted.out is not None:
        stem = "-".join(report.writer for report in reports)
        page = markdown(reports, machine, seed=wanted.seed)
        _write(wanted.out, f"{stem}.json", whole)
        _write(wanted.out, f"{stem}.md", page)
        _draw(reports, wanted.out / f"{stem}.svg")
    return all(report.passed for report in reports)


def compare(wanted: Wanted, settings: Settings) -> bool:
    """Print the stories of several writers side by side, or write them into the folder.

    Raises:
        SettingsInvalid: there is no such writer, or it lacks a setting.
        WriterFailed: a writer cannot write.
    """
    runs = _runs(wanted, settings, wanted.cases)
    page = sidebyside.page(runs, budget_of(settings), this_machine(), seed=wanted.seed)
    if wanted.out is None:
        out.file.write(page)
    else:
        _write(wanted.out, "side-by-side.md", page)
    return not any(case.untrue for run in runs for case in run.cases)


def guardrails(wanted: Wanted, settings: Settings) -> bool:
    """Tell stories of hostile texts; False where one reached a story or changed its form.

    Raises:
        SettingsInvalid: there is no such writer, or it lacks a setting.
        WriterFailed: a writer cannot write.
    """
    guarded = anyio.run(_guard, wanted, settings)
    whole = {"machine": asdict(this_machine()), "guarded": [asdict(one) for one in guarded]}
    text = jsonlib.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    if wanted.json:
        out.file.write(_line(text))
    else:
        _print_guarded(guarded)
    if wanted.out is not None:
        _write(wanted.out, "guardrails.json", text)
    return not any(one.breaches for one in guarded if one.writer != PARROT)


def read_training(folder: Path | None) -> Training | None:
    """The training data of a folder, or of the checkout that this is; None where there is none.

    All of it, the tenth that was held out, too: no story should have its words.

    Raises:
        FileMissing: the folder that was named has none.
    """
    named = folder is not None
    folder = folder or Path(stridetale.__file__).parents[2] / "training" / "data"
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        if named:
            raise FileMissing(str(folder), "has no training data (*.jsonl).")
        return None
    rows = [
        jsonlib.loads(line)
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    return Training(words_of(row[part]) for row in rows for part in ("title", "body"))


def _runs(wanted: Wanted, settings: Settings, cases: int) -> list[Run]:
    return anyio.run(partial(_run_all, wanted, settings, cases))


async def _run_all(wanted: Wanted, settings: Settings, cases: int) -> list[Run]:
    activities = list(invented_activities(cases, seed=wanted.seed))
    runs: list[Run] = []
    for name in wanted.writers:
        async with opened(name, settings, PreparingBar(err)) as writer:
            with _progress() as progress:
                run = await run_writer(
                    activities,
                    name=label(name),
                    writer=writer,
                    budget=budget_of(settings),
                    at_most_seconds=wanted.at_most_seconds,
                    progress=progress,
                )
        runs.append(run)
    return runs


async def _guard(wanted: Wanted, settings: Settings) -> list[Guarded]:
    guarded: list[Guarded] = []
    budget = budget_of(settings)
    for name in dict.fromkeys(("composer", ECHO, PARROT, *wanted.writers)):
        known = "composer" if name in (ECHO, PARROT) else name
        async with opened(known, settings, PreparingBar(err)) as writer:
            with _progress() as progress:
                guarded.append(await guard(label(name), writer, budget=budget, progress=progress))
    return guarded


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=err)


def print_untrue(runs: Sequence[Run]) -> None:
    """Print each story in which something was found, with what it was."""
    for run in runs:
        for case in run.cases:
            if case.untrue:
                _print_case(run.writer, case)


def _print_case(writer: str, case: Case) -> None:
    out.print(Text(f"{writer}: {case.activity.id} ({case.activity.sport_type})", style="bold"))
    out.print(Text(case.story.text))
    for found in case.findings:
        out.print(Text(f"  {found.kind}: {found.said!r}: {found.why}", style="red"))
    for against in case.against:
        out.print(Text(f"  grounding: {against}", style="red"))


def _print_guarded(guarded: Sequence[Guarded]) -> None:
    for one in guarded:
        for breach in one.breaches:
            out.print(Text(f"{one.writer}: {breach.kind}: {breach.text[:80]!r}", style="bold"))
            out.print(Text(f"  {breach.what}", style="red"))
            out.print(Text(breach.story))
    shown = Table(title=f"{guarded[0].hostile} hostile names, descriptions and bikes")
    for heading in ("writer", "stories of the model", "breaches"):
        shown.add_column(heading)
    for one in guarded:
        shown.add_row(one.writer, str(one.told_by_model), str(len(one.breaches)))
    out.print(shown)


def _draw(reports: Sequence[Report], file: Path) -> None:
    from stridetale.evals.plot import plot

    try:
        plot(reports, file)
    except ModuleNotFoundError:
        err.print("No plot: it needs matplotlib (`pip install matplotlib`).", style="yellow")
    else:
        err.print(f"Wrote {file}", markup=False, soft_wrap=True)


def _line(text: str) -> str:
    """JSON in one line, as every command prints it."""
    return jsonlib.dumps(jsonlib.loads(text), ensure_ascii=False) + "\n"


def _write(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    err.print(f"Wrote {folder / name}", markup=False, soft_wrap=True)
