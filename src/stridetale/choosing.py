"""Choosing: how well a draft reads beside others, and what of a beginning is final. Pure.

Grounding says what is false; here is what is poor. A fault (an invented word, a text that goes
round in circles, a title of the last 25 stories) rules a draft out, and since more text
mends none of them, a beginning with one need not be finished. Everything else costs points.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, pairwise

from stridetale.draft import Draft
from stridetale.facts import Facts
from stridetale.grounding import Contradiction, Kind, contradictions, read_back
from stridetale.grounding.reading import Token, read, words_of
from stridetale.wordlists import table
from stridetale.words import is_common, is_word

PER_ECHO = 0.1
PER_LIKENESS = {"title": 0.1, "image": 0.02, "run": 0.04}
"""Points for each word of a title, rare word and run of words that an earlier story has, too."""
NEAR = 5
"""Of what the athlete was told, with how much of it a draft is compared word by word."""
APART = 25
"""Stories after which a title may come again; the model has 40 to 130 for a sport and a tone."""
RUN = 4
"""Words in a row that are not shared by chance."""

ECHOES, LOOPS = 3, 5
"""Times of a word from which on it is an echo, and a loop."""
ALIKE = 0.6
"""Share of the words of two sentences from which on one repeats the other."""
LEAST_ALIKE = 3
"""Words that a sentence has at least if it is compared."""

MENDED: frozenset[Kind] = frozenset({"length", "too_few_facts", "punctuation", "language"})
"""What is wrong with every beginning, or may be set right by what follows it."""

_SENTENCE_END = re.compile(r"(?<!\d)[.!?…][\"'”’)]*\Z")


@dataclass(frozen=True)
class Score:
    """How well a draft reads, part by part. All parts are words of it."""

    unknown: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    told_title: tuple[str, ...] = ()
    """Its title, if a story of late has it, too."""
    echoes: tuple[str, ...] = ()
    """What it says too often, though not so often that it would be a loop."""
    title_words: tuple[str, ...] = ()
    """Those that a title of the athlete's has, too."""
    images: tuple[str, ...] = ()
    """Rare words that a story of the athlete's has, too."""
    runs: tuple[str, ...] = ()
    """Runs of words that a story of the athlete's has, too."""

    @property
    def faults(self) -> tuple[str, ...]:
        """Why it may not be told, in words; empty: it may."""
        return (
            *(f"no word: {word}" for word in self.unknown),
            *(f"goes round: {loop}" for loop in self.loops),
            *(f"told before: {title}" for title in self.told_title),
        )

    @property
    def points(self) -> float:
        """What is lost for each blemish: 0 at the most, and more is better."""
        return -(
            PER_ECHO * len(self.echoes)
            + PER_LIKENESS["title"] * len(self.title_words)
            + PER_LIKENESS["image"] * len(self.images)
            + PER_LIKENESS["run"] * len(self.runs)
        )


def rank(
    draft: Draft,
    facts: Facts,
    *,
    before: Sequence[Draft] = (),
) -> Score:
    """The score of a draft, or of the beginning of one: its faults stay whatever follows.

    Args:
        draft: what is ranked.
        facts: their own words (gear, the sport) are no unknown words; those of the athlete's name
            for the activity are, since nobody read them before they were typed.
        before: what the athlete was told, newest first.
    """
    language = facts.style.language
    own = _marks(draft, language)
    titles = {_title(one.title) for one in before[:APART]}
    told = [_marks(one, language) for one in before[:NEAR]]
    return Score(
        unknown=tuple(sorted(own.unknown - _words_of(facts))),
        loops=own.loops,
        told_title=(draft.title,) if _title(draft.title) in titles else (),
        echoes=own.echoes,
        title_words=_shared(own.title_words, [one.title_words for one in told]),
        images=_shared(own.images, [one.images for one in told]),
        runs=_shared(own.runs, [one.runs for one in told]),
    )


def beginning(text: str, facts: Facts) -> Draft | None:
    """The title and the sentences of an unfinished answer; None where one is not finished.

    When nothing but the title is finished, the draft has no body.
    """
    if text.endswith("\n"):
        draft = read_back(Draft.parse(text), facts)
        return draft if draft.title and not draft.body else None
    if not _SENTENCE_END.search(text):  # nor after "42.", of which more may come
        return None
    draft = read_back(Draft.parse(text), facts)
    return draft if draft.body else None


def final_contradictions(begun: Draft, facts: Facts) -> list[Contradiction]:
    """What contradicts the facts in a beginning, and will whatever follows it."""
    return [one for one in contradictions(begun, facts) if one.kind not in MENDED]


@dataclass(frozen=True)
class _Marks:
    """What is looked for in a draft."""

    title_words: frozenset[str]
    images: frozenset[str]
    runs: frozenset[str]
    unknown: frozenset[str]
    loops: tuple[str, ...]
    echoes: tuple[str, ...]


@lru_cache(maxsize=4096)  # so are all those of an athlete
def _title(title: str) -> str:
    """A title by its words alone."""
    return " ".join(token.word for token in read(title, "title").tokens)


@lru_cache(maxsize=512)  # the stories before are those of each candidate, too
def _marks(draft: Draft, language: str) -> _Marks:
    title, body = read(draft.title, "title"), read(draft.body, "body")
    content = [token.stem for token in body.words if _has_content(token, language)]
    sentences = _sentences(body.tokens)
    times = Counter(content)
    return _Marks(
        title_words=frozenset(t.stem for t in title.words if _has_content(t, language)),
        images=frozenset(word for word in content if not is_common(word, language)),
        runs=frozenset(_runs(body.tokens, RUN, language)),
        unknown=frozenset(
            token.stem for token in (*title.words, *body.words) if not is_word(token.stem, language)
        ),
        loops=(
            *(word for word, n in times.items() if n >= LOOPS),
            *_repeated(sentences, language),
            *_doubled([*sentences, title.tokens]),
            *dict.fromkeys(word for one in sentences for word in _of_itself(one, language)),
        ),
        echoes=(
            *(word for word, n in times.items() if ECHOES <= n < LOOPS),
            *(run for run, n in Counter(_runs(body.tokens, 3, language)).items() if n > 1),
            *_openings(sentences),
        ),
    )


def _sentences(tokens: Sequence[Token]) -> list[list[Token]]:
    sentences: dict[int, list[Token]] = {}
    for token in tokens:
        sentences.setdefault(token.sentence, []).append(token)
    return list(sentences.values())


def _repeated(sentences: Sequence[Sequence[Token]], language: str) -> Iterator[str]:
    """Sentences that say with other little words what an earlier one says."""
    contents = [
        frozenset(token.stem for token in sentence if _has_content(token, language))
        for sentence in sentences
    ]
    for one, other in combinations([one for one in contents if len(one) >= LEAST_ALIKE], 2):
        if len(one & other) >= ALIKE * len(one | other):
            yield " ".join(sorted(one & other))


def _doubled(sentences: Sequence[Sequence[Token]]) -> Iterator[str]:
    """A word that stands twice in a row, as no sentence of ours needs it."""
    for sentence in sentences:
        for one, other in pairwise(sentence):
            if one.word == other.word:
                yield f"{one.word} {other.word}"


def _of_itself(sentence: Sequence[Token], language: str) -> Iterator[str]:
    """What is said of itself ("the poles held the poles"), but not one after the other.

    A word and the next time of it are enough: what pairs these two pairs it with any later one.
    """
    last: dict[tuple[int, str], int] = {}
    paired = -1
    for place, token in enumerate(sentence):
        before = last.get((token.clause, token.stem))
        if before is not None and before > paired and _has_content(token, language):
            yield f"{token.stem} … {token.stem}"
        last[token.clause, token.stem] = place
        if token.word in _pairing_words(language):
            paired = place


def _openings(sentences: Sequence[Sequence[Token]]) -> Iterator[str]:
    """Words with which three neighbouring sentences begin."""
    firsts = [sentence[0].word for sentence in sentences]
    for one, two, three in zip(firsts, firsts[1:], firsts[2:], strict=False):
        if one == two == three:
            yield f"{one} … {one} … {one} …"


def _runs(tokens: Sequence[Token], length: int, language: str) -> Iterator[str]:
    """Runs of so many words of one sentence, without slots, that say something."""
    for run in zip(*(tokens[start:] for start in range(length)), strict=False):
        says = any(_has_content(token, language) for token in run)
        if says and not any(token.is_slot for token in run) and run[0].sentence == run[-1].sentence:
            yield " ".join(token.word for token in run)


def _shared(own: frozenset[str], others: Sequence[frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted(own.intersection(frozenset[str]().union(*others))))


def _has_content(token: Token, language: str) -> bool:
    return not token.is_slot and token.stem not in _function_words(language)


def _words_of(facts: Facts) -> frozenset[str]:
    texts = [fact.said for fact in facts if fact.unit is None]
    return frozenset(word for text in texts for word in words_of(text))


@cache
def _function_words(language: str) -> frozenset[str]:
    return frozenset(table(f"{language}/function_words.toml")["own"])


@cache
def _pairing_words(language: str) -> frozenset[str]:
    return frozenset(table(f"{language}/function_words.toml")["pairing"])
