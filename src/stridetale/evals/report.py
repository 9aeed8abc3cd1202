"""What the stories of a run come to. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from stridetale.activity import Activity
from stridetale.draft import SLOT, Draft
from stridetale.evals.figures import Training, distinct, percentile, self_bleu, share, words_of
from stridetale.evals.reader import WORDS_FEWEST, WORDS_MOST, words_in
from stridetale.evals.runs import Case, Run
from stridetale.story import Budget, Judged
from stridetale.words import is_word

LONG_RUN = 10
"""Words in a row that nobody writes twice by chance."""
LANGUAGE = "en"
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@dataclass(frozen=True)
class Spread:
    """Where most values lie."""

    p50: float
    p95: float


@dataclass(frozen=True)
class Acceptance:
    """What became of the drafts. Of no drafts, there are no shares."""

    at_first: float | None
    """Stories whose first finished draft passed grounding and choosing."""
    within_budget: float | None
    """Stories that the model wrote."""
    composed: float
    """Stories that it did not."""
    drafts: int
    """All that were judged: finished ones, and beginnings that were not waited for."""
    drafts_stopped: float | None
    """Beginnings that were not waited for."""
    drafts_good: float | None
    """Drafts that might be told."""
    refused_for: dict[str, int]
    """Drafts by each reason why they might not."""
    failures: dict[str, int]
    """Stories by the reason why the writer gave up."""


@dataclass(frozen=True)
class Truth:
    """What is wrong in the stories."""

    contradictions: int
    """Found by the independent reader."""
    by_kind: dict[str, int]
    grounding: int
    """Found by grounding in told stories: 0, or the program is wrong."""


@dataclass(frozen=True)
class Copied:
    """The longest runs of words that stories share with the training data."""

    median: float
    p95: float
    over_ten: float
    """Stories with a run of more than ten words."""


@dataclass(frozen=True)
class Language:
    """How the stories read, and how unlike each other they are."""

    words_mean: float
    words_least: int
    words_most: int
    forty_to_sixty: float
    """Stories with 40 to 60 words."""
    distinct_titles: float
    distinct_stories: float
    distinct_3: float
    """Runs of three words that no other is like."""
    self_bleu_4: float
    copied: Copied | None
    """None without the training data."""
    unknown_words: dict[str, int]


@dataclass(frozen=True)
class Timing:
    """How long it took."""

    first_draft: Spread | None
    """Seconds until the first finished draft was judged."""
    story: Spread
    """Seconds of a story."""
    stories_a_minute: float
    """One after the other, over the whole run."""
    own_share: float | None
    """What was not waiting for the writer."""
    tokens_a_second: float | None
    """Of all candidates together, while the writer was waited for."""
    memory_mb: float


@dataclass(frozen=True)
class Report:
    """The figures of one writer. Shares are from 0 to 1; None is what cannot be known."""

    writer: str
    model: str | None
    version: str | None
    asked: int
    stories: int
    budget: Budget
    """Of each story."""
    acceptance: Acceptance
    truth: Truth
    language: Language
    timing: Timing

    @property
    def passed(self) -> bool:
        """Whether every story is true."""
        return self.truth.contradictions == 0 and self.truth.grounding == 0


def report_of(run: Run, budget: Budget, *, training: Training | None = None) -> Report:
    """The figures of a run of at least one case.

    Args:
        run: the cases.
        budget: that they had.
        training: what the writer may have learned by heart; None leaves that figure out.
    """
    return Report(
        writer=run.writer,
        model=None if run.author is None else run.author.model,
        version=None if run.author is None else run.author.version,
        asked=run.asked,
        stories=len(run.cases),
        budget=budget,
        acceptance=_acceptance(run),
        truth=_truth(run.cases),
        language=_language(run.cases, training),
        timing=_timing(run),
    )


def whys(one: Judged) -> Iterator[str]:
    """Each reason, once, why a draft may not be told: kinds of contradictions and of faults."""
    yield from dict.fromkeys(found.kind for found in one.found)
    yield from dict.fromkeys(fault.partition(":")[0] for fault in one.score.faults)


def unknown_words(draft: Draft, activity: Activity) -> list[str]:
    """The words of a draft, beside its slots, that the language and the activity do not have."""
    weather = activity.weather.condition if activity.weather is not None else None
    own = set(_letters((activity.name, activity.gear, activity.sport_type, weather)))
    said = _letters(SLOT.sub(" ", text) for text in (draft.title, draft.body))
    return [word for word in said if word not in own and not is_word(word, LANGUAGE)]


def _letters(texts: Iterable[str | None]) -> Iterator[str]:
    for text in texts:
        yield from _LETTERS.findall((text or "").lower().replace("’", "'"))


def _acceptance(run: Run) -> Acceptance:
    cases, model = run.cases, run.author is not None
    judged = [one for case in cases for one in case.judged]
    reasons = Counter(why for one in judged for why in whys(one))
    composed = _part(case.composed for case in cases)
    return Acceptance(
        at_first=_part(case.first_good for case in cases) if model else None,
        within_budget=round(1 - composed, 4) if model else None,
        composed=composed,
        drafts=len(judged),
        drafts_stopped=_part(not one.whole for one in judged) if judged else None,
        drafts_good=round(share(sum(len(case.good) for case in cases), len(judged)), 4)
        if judged
        else None,
        refused_for=dict(reasons.most_common()),
        failures=dict(Counter(case.failure for case in cases if case.failure).most_common()),
    )


def _truth(cases: Sequence[Case]) -> Truth:
    kinds = Counter(finding.kind for case in cases for finding in case.findings)
    return Truth(
        contradictions=kinds.total(),
        by_kind=dict(kinds.most_common()),
        grounding=sum(len(case.against) for case in cases),
    )


def _language(cases: Sequence[Case], training: Training | None) -> Language:
    texts = [words_of(case.story.template.body) for case in cases]
    words = [words_in(case.story.body) for case in cases]
    unknown = Counter(
        word for case in cases for word in unknown_words(case.story.template, case.activity)
    )
    return Language(
        words_mean=round(fmean(words), 1),
        words_least=min(words),
        words_most=max(words),
        forty_to_sixty=_part(WORDS_FEWEST <= count <= WORDS_MOST for count in words),
        distinct_titles=round(share(len({case.story.title for case in cases}), len(cases)), 4),
        distinct_stories=round(share(len({case.story.body for case in cases}), len(cases)), 4),
        distinct_3=round(distinct(texts, 3), 4),
        self_bleu_4=round(self_bleu(texts), 4),
        copied=None if training is None else _copied(cases, training),
        unknown_words=dict(unknown.most_common()),
    )


def _copied(cases: Sequence[Case], training: Training) -> Copied:
    runs = [
        max(training.shared_run(words_of(text)) for text in (template.title, template.body))
        for template in (case.story.template for case in cases)
    ]
    return Copied(
        median=percentile(runs, 50),
        p95=round(percentile(runs, 95), 1),
        over_ten=_part(run > LONG_RUN for run in runs),
    )


def _timing(run: Run) -> Timing:
    seconds = [case.seconds for case in run.cases]
    first = [case.first_seconds for case in run.cases if case.first_seconds is not None]
    waited = sum(case.waited for case in run.cases)
    tokens = sum(case.tokens for case in run.cases)
    model = run.author is not None
    return Timing(
        first_draft=_spread(first) if first else None,
        story=_spread(seconds),
        stories_a_minute=round(60 * len(seconds) / sum(seconds), 1),
        own_share=round(1 - waited / sum(seconds), 4) if model else None,
        tokens_a_second=round(tokens / waited, 1) if tokens and waited else None,
        memory_mb=run.memory_mb,
    )


def _spread(values: Sequence[float]) -> Spread:
    return Spread(round(percentile(values, 50), 4), round(percentile(values, 95), 4))


def _part(those: Iterable[bool]) -> float:
    """The share of those that are true."""
    found = list(those)
    return round(share(sum(found), len(found)), 4)
