"""A run: the stories of many activities, told as the library tells them, and timed."""

import time
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import product
from typing import assert_never, get_args

from rich.progress import Progress
from typing_extensions import override

from stridetale.activity import Activity
from stridetale.draft import Draft, Tone
from stridetale.evals.machine import forget_peak, peak_mb
from stridetale.evals.reader import Finding, read_story
from stridetale.facts import facts_of
from stridetale.grounding import contradictions
from stridetale.library import NOVEL, seed_of
from stridetale.policy import ForModels
from stridetale.saying import Style
from stridetale.story import (
    Author,
    Budget,
    GaveUp,
    Judged,
    Story,
    StoryWriter,
    Told,
    Wish,
    Writing,
    Written,
    choose,
    telling,
)

STYLES = (Style("en_GB", "metric"), Style("en_US", "imperial"))
TONES: tuple[Tone, ...] = get_args(Tone)


class TimedWriter(StoryWriter):
    """A writer that another one writes for, and that takes the time.

    Args:
        inner: who writes.
    """

    def __init__(self, inner: StoryWriter) -> None:
        self._inner = inner
        self.waited = 0.0
        """Seconds that were waited for it."""
        self.tokens = 0
        """That its model wrote; 0 where it does not say it."""

    @property
    @override
    def author(self) -> Author:
        return self._inner.author

    @override
    async def drafts(
        self, facts: ForModels, wish: Wish, *, count: int, seed: int, before: Sequence[Draft] = ()
    ) -> AsyncGenerator[Writing | Written, bool | None]:
        answer: bool | None = None
        inner = self._inner.drafts(facts, wish, count=count, seed=seed, before=before)
        async with aclosing(inner) as steps:
            while True:
                began = time.perf_counter()
                try:
                    step = await steps.asend(answer)  # codespell:ignore asend
                except StopAsyncIteration:
                    return
                finally:
                    self.waited += time.perf_counter() - began
                if isinstance(step, Writing):
                    self.tokens += step.tokens
                answer = yield step

    @override
    async def warm_up(self) -> None:
        await self._inner.warm_up()

    @override
    async def close(self) -> None:
        await self._inner.close()


@dataclass(frozen=True)
class Case:
    """An activity, its story, and what came before it."""

    activity: Activity
    story: Story
    judged: tuple[Judged, ...]
    """All drafts, in the order in which they were judged."""
    good: tuple[Judged, ...]
    """Those of them that might be told."""
    failure: str | None
    """Why the writer gave up, if it did."""
    seconds: float
    """From the activity to the story."""
    first_seconds: float | None
    """Until the first whole draft was judged; None where there was none."""
    waited: float
    """Seconds of it that were waited for the writer."""
    tokens: int
    """That its model wrote; 0 where it does not say it."""
    findings: tuple[Finding, ...] = ()
    """What the independent reader found in the story."""
    against: tuple[str, ...] = ()
    """What grounding finds in it: nothing, or it would not have been told."""

    @property
    def untrue(self) -> bool:
        """Whether something in the story is not so."""
        return bool(self.findings or self.against)

    @property
    def composed(self) -> bool:
        """Whether no model wrote it."""
        return self.story.author.kind == "composer"

    @property
    def first_good(self) -> bool:
        """Whether the first draft that was finished might be told."""
        return next((one in self.good for one in self.judged if one.whole), False)


@dataclass(frozen=True)
class Run:
    """All cases of one writer."""

    writer: str
    """As it was asked for."""
    author: Author | None
    """Who wrote; None for the composer alone."""
    asked: int
    cases: tuple[Case, ...]
    """Fewer than asked where the time was over."""
    memory_mb: float
    """Most that this process had at once in the run."""


@dataclass
class _Clock:
    """What is noted while one story is told."""

    began: float = field(default_factory=time.perf_counter)
    first: float | None = None
    judged: list[Judged] = field(default_factory=list)
    failure: str | None = None

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.began


async def run_writer(
    activities: Sequence[Activity],
    *,
    name: str,
    writer: StoryWriter | None,
    budget: Budget,
    at_most_seconds: float | None = None,
    progress: Progress | None = None,
) -> Run:
    """Tell and read the story of each activity, in metric and imperial and all tones by turns.

    Args:
        activities: at least one; the story of the first is told whatever time there is.
        name: of the writer, for the report.
        writer: warm; None for the composer alone.
        budget: of each story.
        at_most_seconds: after which no further story is begun.
        progress: shows how far it is.
    """
    forget_peak()
    timed = None if writer is None else TimedWriter(writer)
    before: deque[Draft] = deque(maxlen=NOVEL)
    cases: list[Case] = []
    deadline = time.perf_counter() + (at_most_seconds or float("inf"))
    task = None if progress is None else progress.add_task(name, total=len(activities))
    for activity, wish in zip(activities, wishes(), strict=False):
        case = await tell_case(activity, wish, writer=timed, budget=budget, before=tuple(before))
        before.appendleft(case.story.template)
        cases.append(case)
        if progress is not None and task is not None:
            progress.advance(task)
        if time.perf_counter() > deadline:
            break
    author = None if writer is None else writer.author
    return Run(name, author, len(activities), tuple(cases), peak_mb())


async def tell_case(
    activity: Activity,
    wish: Wish,
    *,
    writer: TimedWriter | None,
    budget: Budget,
    before: Sequence[Draft] = (),
) -> Case:
    """Tell one story as the library does, and read it."""
    waited, tokens = (writer.waited, writer.tokens) if writer is not None else (0.0, 0)
    clock = _Clock()
    facts = facts_of(activity, wish.style)
    seed = seed_of(activity.id, 0)
    steps = telling(facts, wish, writer=writer, budget=budget, seed=seed, before=before)
    story = await _heard(steps, clock)
    seconds = clock.seconds
    findings = read_story(activity, title=story.title, body=story.body)
    return Case(
        activity=activity,
        story=story,
        judged=tuple(clock.judged),
        good=tuple(one for one in clock.judged if choose([one]) is not None),
        failure=clock.failure,
        seconds=seconds,
        first_seconds=clock.first,
        waited=0.0 if writer is None else writer.waited - waited,
        tokens=0 if writer is None else writer.tokens - tokens,
        findings=tuple(findings),
        against=tuple(map(str, contradictions(story.template, facts))),
    )


async def _heard(
    steps: AsyncGenerator[Writing | Judged | GaveUp | Told, None], clock: _Clock
) -> Story:
    """The story at the end of these steps."""
    async with aclosing(steps):
        async for step in steps:
            match step:
                case Judged(whole=whole):
                    clock.judged.append(step)
                    if whole and clock.first is None:
                        clock.first = clock.seconds
                case GaveUp(why):
                    clock.failure = type(why).__name__
                case Told(story):
                    return story
                case Writing():
                    pass
                case _:
                    assert_never(step)
    raise AssertionError  # every telling ends with Told


def wishes() -> Iterator[Wish]:
    """All tones in metric and imperial, over and over."""
    while True:
        for tone, style in product(TONES, STYLES):
            yield Wish(tone=tone, style=style)
