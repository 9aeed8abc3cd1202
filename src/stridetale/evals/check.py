"""Tells stories of invented activities and has the independent reader read them.

python evals/check.py --count 200 --seed 1 --writer composer

The exit code is 1 when the reader found anything, or grounding a contradiction.
"""

import json
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from statistics import fmean, quantiles
from typing import Annotated, Literal, get_args

import anyio
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from stridetale.evals.reader import Finding, read_story
from stridetale.activity import Activity
from stridetale.draft import Draft, Tone
from stridetale.facts import facts_of
from stridetale.grounding import contradictions
from stridetale.invented import invented_activities
from stridetale.saying import Style
from stridetale.services import budget_of, open_writer
from stridetale.settings import Settings, load_settings
from stridetale.story import Budget, Story, StoryWriter, Wish, tell

STYLES = (Style("en_GB", "metric"), Style("en_US", "imperial"))
TONES: tuple[Tone, ...] = get_args(Tone)
LAST = 5
"""With how many of the stories before it a new one is compared, as in a library."""

app = typer.Typer(add_completion=False)
out, err = Console(highlight=False), Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Checked:
    """A story, and what was found in it."""

    activity: Activity
    story: Story
    findings: tuple[Finding, ...]
    contradictions: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What many checked stories come to."""

    stories: int
    findings: int
    contradictions: int
    kinds: dict[str, int]
    words_min: int
    words_mean: float
    words_max: int
    distinct_titles: int
    distinct_bodies: int
    authors: dict[str, int]
    seconds_p50: float
    seconds_p95: float

    @property
    def passed(self) -> bool:
        """Whether nothing at all was found."""
        return self.findings == 0 and self.contradictions == 0


async def check(
    activities: Sequence[Activity],
    *,
    seed: int,
    writer: StoryWriter | None,
    budget: Budget,
    progress: Progress | None = None,
) -> list[Checked]:
    """Tell and read the story of each activity, in metric and imperial and all tones by turns."""
    before: deque[Draft] = deque(maxlen=LAST)
    checked: list[Checked] = []
    task = None if progress is None else progress.add_task("Telling", total=len(activities))
    for number, (activity, wish) in enumerate(zip(activities, _wishes(), strict=False)):
        facts = facts_of(activity, wish.style)
        story = await tell(
            facts, wish, writer=writer, budget=budget, seed=seed + number, before=tuple(before)
        )
        before.appendleft(story.template)
        found = read_story(activity, title=story.title, body=story.body)
        against = tuple(map(str, contradictions(story.template, facts)))
        checked.append(Checked(activity, story, tuple(found), against))
        if progress is not None and task is not None:
            progress.advance(task)
    return checked


def report_of(checked: Sequence[Checked]) -> Report:
    """The figures of at least one checked story."""
    words = [one.story.words for one in checked]
    seconds = [one.story.seconds for one in checked]
    cuts = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else seconds * 19
    kinds = Counter(finding.kind for one in checked for finding in one.findings)
    return Report(
        stories=len(checked),
        findings=kinds.total(),
        contradictions=sum(len(one.contradictions) for one in checked),
        kinds=dict(kinds.most_common()),
        words_min=min(words),
        words_mean=round(fmean(words), 1),
        words_max=max(words),
        distinct_titles=len({one.story.title for one in checked}),
        distinct_bodies=len({one.story.body for one in checked}),
        authors=dict(Counter(one.story.author.kind for one in checked)),
        seconds_p50=round(cuts[9], 4),
        seconds_p95=round(cuts[18], 4),
    )


@app.command()
def main(
    count: Annotated[int, typer.Option(min=1, help="How many stories.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the activities and of the stories.")] = 1,
    writer: Annotated[
        Literal["composer", "embedded"], typer.Option(help="Who writes.")
    ] = "composer",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell stories of invented activities and have the independent reader read them."""
    settings = load_settings().model_copy(update={"writer": writer})
    activities = list(invented_activities(count, seed=seed))
    with Progress(console=err, transient=True) as progress:
        checked = anyio.run(_check_with, settings, activities, seed, progress)
    report = report_of(checked)
    if as_json:
        print(json.dumps(_as_json(report, checked), ensure_ascii=False, indent=2))  # noqa: T201
    else:
        _print(report, checked)
    raise typer.Exit(0 if report.passed else 1)


async def _check_with(
    settings: Settings, activities: Sequence[Activity], seed: int, progress: Progress
) -> list[Checked]:
    async with open_writer(settings) as writer:
        if writer is not None:
            await writer.warm_up()
        budget = budget_of(settings)
        return await check(activities, seed=seed, writer=writer, budget=budget, progress=progress)


def _wishes() -> Iterator[Wish]:
    while True:
        for tone, style in product(TONES, STYLES):
            yield Wish(tone=tone, style=style)


def _print(report: Report, checked: Sequence[Checked]) -> None:
    for one in checked:
        if one.findings or one.contradictions:
            _print_found(one)
    table = Table(title=f"{report.stories} stories")
    table.add_column("What")
    table.add_column("How many", justify="right")
    for name, value in asdict(report).items():
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if name in DICTS else str(value)
        table.add_row(name.replace("_", " "), shown or "none")
    out.print(table)


DICTS = ("kinds", "authors")


def _print_found(one: Checked) -> None:
    out.print(Text(f"{one.activity.id} ({one.activity.sport_type}, {one.story.tone})", "bold"))
    out.print(Text(one.story.text))
    for found in one.findings:
        out.print(Text(f"  {found.kind}: {found.said!r}: {found.why}", "red"))
    for against in one.contradictions:
        out.print(Text(f"  grounding: {against}", "red"))
    out.print()


def _as_json(report: Report, checked: Sequence[Checked]) -> dict[str, object]:
    told = [
        {
            "activity": one.activity.model_dump(mode="json", exclude_none=True),
            "story": one.story.model_dump(mode="json"),
            "findings": [asdict(finding) for finding in one.findings],
            "contradictions": list(one.contradictions),
        }
        for one in checked
        if one.findings or one.contradictions
    ]
    return {"report": asdict(report), "passed": report.passed, "found": told}


if __name__ == "__main__":
    app()
