"""A story, and how it is told: draft, check, choose, or compose.

    Facts -> drafts (with slots) -> grounding -> choosing -> Story

A writer drafts, several candidates at a time; grounding reads each as a stranger would, sentence
by sentence, so that a false one is not waited for. One that is clearly good is told at once, and
the longer it takes, the less is asked of the best of those without a contradiction. When there is
none within the budget, or the writer fails, the composer tells the story from the same facts. So
there is always a story, it is always true, and it says who wrote it.
"""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol, assert_never

import anyio
import anyio.lowlevel
from pydantic import AwareDatetime

from stridetale import __version__
from stridetale.activity import Frozen
from stridetale.choosing import Score, beginning, final_contradictions, rank
from stridetale.composer import compose
from stridetale.draft import Draft, Receipt, Tone, count_words, receipts, say_body, say_title
from stridetale.errors import WriterFailed, WriterTimedOut
from stridetale.facts import Facts
from stridetale.grounding import Contradiction, contradictions
from stridetale.policy import UNCHOSEN, DataPolicy, ForModels
from stridetale.saying import Style, Units


class Author(Frozen):
    """Who wrote a story."""

    kind: Literal["model", "composer"]
    model: str | None = None
    """The model's name; None for the composer."""
    version: str | None = None
    """The version of the weights or, for the composer, of Stridetale."""


COMPOSER = Author(kind="composer", version=__version__)


class Story(Frozen):
    """A told story. It keeps its slots, so that it can be said in other units tomorrow."""

    title: str
    body: str
    text: str
    """Title and body, with an empty line between them."""
    words: int
    """Of the body."""
    author: Author
    tone: Tone
    units: Units
    locale: str
    receipts: tuple[Receipt, ...]
    template: Draft
    """Title and body with their slots."""
    drafts: int
    """How many a model wrote for it, accepted or not."""
    seconds: float
    """How long the telling took."""
    told_at: AwareDatetime

    def said_of(self, facts: Facts) -> "Story":
        """The same story in the style of these facts, which are of the same activity.

        Where one of its facts is known no more, since the activity was changed, it stays as told;
        see `is_true_of`.
        """
        if any(slot not in facts for slot in self.template.slots):
            return self
        return self.model_copy(update=_said(self.template, facts))

    def is_true_of(self, facts: Facts) -> bool:
        """Whether the story may be told of these facts."""
        return not contradictions(self.template, facts)


class Wish(Frozen):
    """How the athlete would like a story."""

    tone: Tone = "warm"
    style: Style = Style()
    seed: int | None = None
    """The same seed, facts, earlier stories and writer tell the same story, as long as the time of
    the budget suffices; None: each telling has its own."""


@dataclass(frozen=True)
class Budget:
    """What one story may cost."""

    seconds: float = 4.0
    """For all drafts together; the composer needs no budget."""
    drafts: int = 12
    """How many are written at the most."""
    clearly_good: float = -0.5
    """Points of a score (`stridetale.choosing`) from which on the first draft is told without
    comparing, where it may be told. Every blemish costs some; a draft without has none."""
    patience: float = 0.15
    """Points by which less is asked of the best draft with each further one that is judged."""

    def suffices(self, points: float, judged: int) -> bool:
        """Whether the best draft of so many is told without waiting for another one."""
        return points >= self.clearly_good - self.patience * (judged - 1)


@dataclass(frozen=True)
class Writing:
    """A draft as far as it is written."""

    candidate: int
    text: str
    tokens: int = 0
    """That the model wrote for this step, lines that it gave up included; 0 where none says it."""


@dataclass(frozen=True)
class Written:
    """A finished draft."""

    candidate: int
    draft: Draft


@dataclass(frozen=True)
class Judged:
    """What was found in a draft."""

    candidate: int
    draft: Draft
    found: tuple[Contradiction, ...]
    """What is false; nothing means that it is true."""
    score: Score
    """How well it reads."""
    whole: bool = True
    """False for a beginning that was so false or so poor that the rest was not waited for."""


@dataclass(frozen=True)
class GaveUp:
    """The writer failed before it had a good draft, and says why; the composer goes on."""

    why: WriterFailed


@dataclass(frozen=True)
class Told:
    """The story: the last step of every telling."""

    story: Story


Step = Writing | Judged | GaveUp | Told


class StoryWriter(Protocol):
    """Drafts stories from facts with a model."""

    @property
    def author(self) -> Author:
        """Who it is: always of kind "model"."""
        ...

    def drafts(
        self, facts: ForModels, wish: Wish, *, count: int, seed: int, before: Sequence[Draft] = ()
    ) -> AsyncGenerator[Writing | Written, bool | None]:
        """Up to `count` drafts, several at once, each as it grows and when it is finished.

        `before` is what the athlete was told last, newest first: what need not come again.

        Who sends False in answer to a step wants no more of that candidate. A writer need not
        stop it, but where it wants no more of any of those that it writes at once, it should go
        on to the next ones.

        Closing the generator stops the engine's work at once. No task group and no cancel scope
        is open when it yields (PEP 789): its next step may be cancelled by a scope of its own.

        Raises:
            WriterFailed: no draft can be had; its leaves say why.
        """
        ...

    async def warm_up(self) -> None:
        """Load what drafting needs, so that the first story does not wait for it.

        Raises:
            WriterFailed: it cannot be loaded.
        """
        ...

    async def close(self) -> None:
        """Give back memory and connections."""
        ...


async def tell(
    facts: Facts,
    wish: Wish,
    *,
    writer: StoryWriter | None,
    budget: Budget,
    seed: int,
    before: Sequence[Draft] = (),
    policy: DataPolicy = UNCHOSEN,
) -> Story:
    """Tell the story of these facts; see `telling` for the arguments."""
    async with aclosing(
        telling(facts, wish, writer=writer, budget=budget, seed=seed, before=before, policy=policy)
    ) as steps:
        async for step in steps:
            if isinstance(step, Told):
                return step.story
    raise AssertionError  # every telling ends with Told


async def telling(
    facts: Facts,
    wish: Wish,
    *,
    writer: StoryWriter | None,
    budget: Budget,
    seed: int,
    before: Sequence[Draft] = (),
    policy: DataPolicy = UNCHOSEN,
) -> AsyncGenerator[Step, None]:
    """Tell the story of these facts, step by step; the last step is `Told`.

    Args:
        facts: what is true.
        wish: tone and style.
        writer: who drafts; None for the composer alone.
        budget: what the drafting may cost.
        seed: of all chance in it.
        before: what the athlete was told last, newest first, so that stories do not read alike.
        policy: whether the writer may be shown these facts; where not, the composer tells.
    """
    began = time.perf_counter()
    judged: list[Judged] = []
    shown = policy.for_models(facts)
    if writer is not None and shown is not None:
        async with aclosing(_drafting(shown, wish, writer, budget, seed, before)) as steps:
            async for step in steps:
                if isinstance(step, GaveUp) and choose(judged) is not None:
                    break
                yield step
                if isinstance(step, Judged):
                    judged.append(step)
                    best = choose(judged)
                    if best and budget.suffices(best.score.points, len(judged)):
                        break
    best = choose(judged)
    if best is not None and writer is not None:
        draft, author = best.draft, writer.author
    else:
        draft, author = compose(facts, tone=wish.tone, seed=seed, before=before), COMPOSER
    yield Told(
        _story(draft, facts, author, wish, drafts=len(judged), seconds=time.perf_counter() - began)
    )


def choose(judged: Sequence[Judged]) -> Judged | None:
    """The draft to tell: true, without a fault, and of most points; None where none is good."""
    good = [one for one in judged if one.whole and not one.found and not one.score.faults]
    return max(good, key=lambda one: one.score.points, default=None)


async def _drafting(
    facts: ForModels,
    wish: Wish,
    writer: StoryWriter,
    budget: Budget,
    seed: int,
    before: Sequence[Draft],
) -> AsyncGenerator[Writing | Judged | GaveUp, None]:
    """The writer's drafts, each judged as it grows, until the budget is spent."""
    deadline = anyio.current_time() + budget.seconds
    judged, stopped = 0, set[int]()
    go_on: bool | None = None  # what the writer is answered; nothing has been written yet
    steps = writer.drafts(facts, wish, count=budget.drafts, seed=seed, before=before)
    async with aclosing(steps) as drafts:
        while judged < budget.drafts:
            try:
                with anyio.fail_after(max(0.0, deadline - anyio.current_time())):
                    await anyio.lowlevel.checkpoint()  # a writer that never waits is stopped, too
                    step = await drafts.asend(go_on)  # codespell:ignore asend
            except StopAsyncIteration:
                return
            except TimeoutError:
                yield GaveUp(WriterTimedOut(f"No good draft within {budget.seconds:g} seconds."))
                return
            except WriterFailed as failed:
                yield GaveUp(failed)
                return
            if step.candidate not in stopped:
                if isinstance(step, Writing):
                    yield step
                if (verdict := _judge(step, facts, before)) is not None:
                    judged += 1
                    stopped |= set() if verdict.whole else {step.candidate}
                    yield verdict
            go_on = step.candidate not in stopped


def _judge(step: Writing | Written, facts: Facts, before: Sequence[Draft]) -> Judged | None:
    """The verdict on a finished draft, or on a beginning of which no end can be good."""
    match step:
        case Written(candidate, draft):
            found = tuple(contradictions(draft, facts))
            return Judged(candidate, draft, found, rank(draft, facts, before=before))
        case Writing(candidate, text):
            begun = beginning(text, facts)
            if begun is None:
                return None
            found = tuple(final_contradictions(begun, facts))
            score = rank(begun, facts, before=before)
            if found or score.faults:
                return Judged(candidate, begun, found, score, whole=False)
            return None
        case _:
            assert_never(step)


def _story(
    draft: Draft, facts: Facts, author: Author, wish: Wish, *, drafts: int, seconds: float
) -> Story:
    return Story.model_validate(
        {
            **_said(draft, facts),
            "author": author,
            "tone": wish.tone,
            "template": draft,
            "drafts": drafts,
            "seconds": round(seconds, 3),
            "told_at": datetime.now(UTC),
        }
    )


def _said(draft: Draft, facts: Facts) -> dict[str, object]:
    """What of a story depends on the style in which it is said."""
    title, body = say_title(draft, facts), say_body(draft, facts)
    return {
        "title": title,
        "body": body,
        "text": f"{title}\n\n{body}",
        "words": count_words(body),
        "receipts": receipts(draft, facts),
        "units": facts.style.units,
        "locale": facts.style.locale,
    }
