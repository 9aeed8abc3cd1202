"""How the command line shows a story, a list, a finding."""

from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self, assert_never

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table
from rich.text import Text

from stridetale.activity import Activity
from stridetale.copying import Copied
from stridetale.facts import Facts, facts_of
from stridetale.library import Entry
from stridetale.saying import Style
from stridetale.story import Story

if TYPE_CHECKING:
    from stridetale.doctor import Finding

WIDE = 76
"""Columns of a story: what reads well."""


class PreparingBar:
    """A bar that is seen while the embedded model is prepared, if it is; a `Watcher`.

    Enter it before and leave it after; where nothing is prepared, nothing is shown.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        self._progress = Progress(*columns, console=console, transient=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def preparing(self, done: int, total: int) -> None:
        """Draw the bar; see `Watcher`."""
        if not self._progress.tasks:
            if not self._console.is_terminal:
                self._console.print("Preparing the model, once …")
            self._progress.add_task("Preparing the model, once …", total=total)
            self._progress.start()
        self._progress.update(self._progress.task_ids[0], completed=done, total=total)

    def unprepared(self, why: str) -> None:
        """Say it; see `Watcher`."""
        self._console.print(
            f"{why} The model writes without it, and more slowly.", style="yellow", markup=False
        )


def print_entry(console: Console, entry: Entry, facts: Facts) -> None:
    """An activity's story: title, body, who wrote it, and where each number is from."""
    story = entry.story
    if story is None:
        return
    width = min(console.width, WIDE)
    console.print(Text(story.title, style="bold"), width=width)
    console.print()
    console.print(Text(story.body), width=width)
    console.print()
    console.print(Text(f"Written by {written_by(story)}.", style="dim"), width=width)
    table = Table(box=SIMPLE_HEAD, header_style="dim", pad_edge=False)
    for heading in ("it says", "of", "where that is from"):
        table.add_column(heading, overflow="fold")
    for receipt in story.receipts:
        table.add_row(
            Text(receipt.said), Text(receipt.slot.replace("_", " ")), Text(receipt.source)
        )
    console.print(table)
    for omission in facts.omitted:
        slot = omission.slot.replace("_", " ")
        left_out = Text(f"Left out: the {slot} {omission.why}.", style="yellow")
        console.print(left_out, width=width)


def print_entries(console: Console, entries: Iterable[Entry], style: Style) -> None:
    """A list of activities with the titles of their stories."""
    table = Table(box=SIMPLE_HEAD, header_style="dim", pad_edge=False)
    for heading in ("id", "start"):  # to be copied, so never broken
        table.add_column(heading, no_wrap=True)
    for heading in ("sport", "distance", "moving time", "story"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        facts = facts_of(entry.activity, style)
        title = entry.story.said_of(facts).title if entry.story is not None else "–"
        table.add_row(
            entry.activity.id,
            _start(entry.activity),
            *(_said(facts, slot) for slot in ("sport", "distance", "moving_time")),
            Text(title),
        )
    if table.row_count:
        console.print(table)
    else:
        console.print("No activities yet: `stridetale import FILE` adds some.", markup=False)


def print_findings(console: Console, findings: "Iterable[Finding]") -> None:
    """What the doctor found, and how to mend it."""
    for finding in findings:
        match finding.state:
            case "good":
                mark = Text("✓ ", style="green")
            case "missing" | "broken":
                mark = Text("✗ ", style="red")
            case _:
                assert_never(finding.state)
        console.print(mark + Text(f"{finding.what}: ", style="bold") + Text(finding.found))
        if finding.mend is not None:
            console.print(Padding(Text(finding.mend), (0, 0, 0, 2)))


def print_copied(console: Console, copied: Copied, source: str, target: str) -> None:
    """What was copied, and what was compared."""
    activities = counted(copied.activities, "activity", "activities")
    stories = counted(copied.stories, "story", "stories")
    records = counted(copied.records, "record", "records")
    there = copied.activities - copied.written
    lines = [
        f"From {source} to {target}: {copied.written} written, {there} there already.",
        (
            f"Both read again and compared, document by document: {activities} with {stories}, "
            f"and {records}, all the same."
        ),
    ]
    if copied.others:
        others = counted(copied.others, "activity is", "activities are")
        lines.append(f"{others} only in {target}.")
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: "1 story", "2 stories"."""
    return f"{number} {one if number == 1 else many}"


def written_by(story: Story) -> str:
    """Who wrote a story, in words: "SmolLM2-135M-Instruct (747cb1f01955)", "the composer …"."""
    author = story.author
    if author.kind == "model":
        return f"{author.model} ({author.version})" if author.version else f"{author.model}"
    match story.drafts:
        case 0:
            return "the composer, without a model"
        case 1:
            return "the composer: the model's draft was not good enough"
        case drafts:
            return f"the composer: none of the model's {drafts} drafts was good enough"


def _start(activity: Activity) -> str:
    local = activity.start_local
    return f"{local:%Y-%m-%d %H:%M}" if local else f"{activity.start:%Y-%m-%d %H:%M} UTC"


def _said(facts: Facts, slot: str) -> str:
    fact = facts.get(slot)
    return "–" if fact is None else fact.said
