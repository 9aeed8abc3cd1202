"""Habits: the stories that the embedded model learned from, and how they use facts.

`training/hints.py` reads them from the training data: in which orders stories use facts, what they
are about, their titles and their sentences. What the model writes goes no other ways than these
(see `phrasing`).
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from stridetale.draft import SLOT, Tone
from stridetale.facts import Facts
from stridetale.grounding import is_sayable
from stridetale.sports import Sport
from stridetale.writers.phrasing import Words

FILE = "data/model/habits.json"
ANY = "any"
"""What stands for all sports."""
OTHER = "other"
"""The family of the sports that nobody knows; their stories would fit any."""
LONGEST = 10
"""Words in a row that a story may have of another one, and so the most that a sentence has."""

KEPT = 16
"""Sports whose sentences are kept ready: an athlete has fewer."""
FIT: Mapping[Tone, tuple[Tone, ...]] = {
    "plain": ("plain", "warm"),
    "warm": ("warm", "plain"),
    "funny": ("funny", "plain", "warm"),
    "epic": ("epic", "plain"),
}
"""Of which tones lines may stand beside each other: who fights does not stroll."""
OVER: Mapping[Tone, tuple[Tone, ...]] = {**FIT, "epic": ("epic",)}
"""Of which tones titles may stand over a story: over an epic one none is gentle."""

Part = Literal["opening", "middle", "closing"]

_LEANS = re.compile(
    r"(?:It|They|This (?!\{)|That|These|Those|Then|So|But|And|Another|One|Both|Neither|The other)\b"
    r"|.*\b(?:which|than) (?:it|they)\b"
    r"|.*\b(?:was|were|did|had|could|would)(?: not)?[,.]"
    r"|(?:(?!\b(?:the|a|an|your|each|every)\b|\{).)*\b(?:it|its|they|them|their)\b",
    re.IGNORECASE,
)
"""What refers to another sentence: a word that does, or "it" before anything that it could be."""
_NO_NIGHT = re.compile(r"\b(?:this|in the) \{part_of_day\}", re.IGNORECASE)
"""What nobody says of a night."""
_IN_ONE_DAY = re.compile(r"^(?=.*\{(?:day|part_of_day)\}).*\{moving_time\}")
"""What nobody says of what ended on another day."""
_SENTENCE = re.compile(r"[^.!?]+[.!?]")
_WORD = re.compile(r" ?(?:\{[a-z_]+\}|[A-Za-z'-]+|[,;:.!?])")
_LETTERS = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_TOLD = re.compile(r"\{[a-z_]+\}|[a-z]+(?:['-][a-z]+)*")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a story."""

    words: Words
    slots: tuple[str, ...]
    place: Part
    """Where in its story it stands."""
    number: int
    """As the how-manieth sentence, from 0."""
    tone: Tone
    """Of its story."""
    title: str
    """Of its story."""
    own: bool
    """Whether it makes sense in that story alone."""

    @property
    def text(self) -> str:
        """As it stands."""
        return "".join(self.words)


@dataclass(frozen=True)
class Ways:
    """What may be written of an activity."""

    titles: tuple[tuple[str, ...], ...]
    """In groups, those that promise the best story first."""
    sentences: tuple[Sentence, ...]
    _runs: frozenset[tuple[str, ...]]

    def copies(self, text: str) -> bool:
        """Whether more than `LONGEST` words in a row stand in a story of that sport."""
        return not self._runs.isdisjoint(_runs(text))


def ways(facts: Facts, tone: Tone) -> Ways:
    """What may be written of these facts: what stories of that sport have, and may be true of them.

    In a story of a tone stands what stories of that tone have, and of those that fit beside it.
    A sentence uses known facts alone. No word would claim by itself what the facts do not support:
    there is no "wind" where none is known, and no "hill" on a flat road. A title may be of a story
    of another sport, where it would fit any; and so may a sentence that uses facts as none of this
    sport does.
    """
    key = story_key(facts.sport)
    key = key if key in _habits()["stories"] else OTHER
    known = frozenset(facts.slots)
    may_be_said = _may_be_said(key, facts)
    sentences = tuple(
        one
        for one in _sentences(key, tone)
        if known.issuperset(one.slots) and may_be_said(one.text)
    )
    titles = _titles_by_promise(key, tone, {one.title for one in sentences if _begins(one)})
    return Ways(
        titles=tuple(tuple(filter(may_be_said, group)) for group in titles),
        sentences=sentences,
        _runs=_runs_of(key),
    )


def _begins(sentence: Sentence) -> bool:
    return sentence.place == "opening" and not sentence.slots


def _titles_by_promise(key: str, tone: Tone, begun: Collection[str]) -> list[list[str]]:
    """Those of a sport and a tone in groups; of the stories in `begun` the opening may be said.

    First come those of threads of that tone; those of its stories that can begin as they did; those
    of tones that fit beside it; what is left of the sport; and those of any sport.
    """
    of_tone = set(_titles(key, tone))

    def promise(title: str) -> int:
        if title not in begun:
            return 3
        return 2 if title not in of_tone else 1 if title not in _threads() else 0

    titles = dict.fromkeys(_titles(key, *OVER[tone]))
    told = [title for title in titles if title in begun or title not in _threads()]
    groups = [[title for title in told if promise(title) == place] for place in range(4)]
    return [*groups, [title for title in _lent_titles(tone) if title not in titles]]


def _may_be_said(key: str, facts: Facts) -> Callable[[str], bool]:
    """Of which titles and sentences these facts bear every word."""
    sayable = frozenset(word for word in _words(key) | _words_lent() if is_sayable(word, facts))
    elsewhere = frozenset[str]() if facts.pool else _left_out("pool")
    elsewhere |= frozenset[str]() if facts.outdoors else _left_out("open_water")
    part, start, end = facts.get("part_of_day"), facts.start_local, facts.end_local
    untimely = [_NO_NIGHT] if part is not None and part.said == "night" else []
    if start is not None and end is not None and start.date() != end.date():
        untimely.append(_IN_ONE_DAY)

    def may_be_said(text: str) -> bool:
        return (
            text not in elsewhere
            and sayable.issuperset(words_in(text))
            and not any(one.search(text) for one in untimely)
        )

    return may_be_said


@lru_cache(maxsize=20_000)
def words_in(text: str) -> frozenset[str]:
    """The words of a text in slot form, in lower case."""
    return frozenset(_LETTERS.findall(SLOT.sub(" ", text).casefold()))


def sentences_in(body: str) -> list[str]:
    """The sentences of a story in slot form."""
    return [text.strip() for text in _SENTENCE.findall(body)]


def story_key(sport: Sport) -> str:
    """Under which the stories of a sport stand."""
    return OTHER if sport.family == OTHER else sport.sport_type


@cache
def orders(family: str) -> Mapping[tuple[str, ...], int]:
    """How many stories of a family of sports use facts in which order."""
    found = _habits()["orders"].get(family, {})
    return {tuple(order.split()): count for order, count in found.items()}


@cache
def abouts(sport: str) -> Mapping[str, int]:
    """How many stories of a sport, or of a family of sports, have which word to be about."""
    found: dict[str, int] = _habits()["abouts"].get(sport, {})
    return found


@cache
def _words(key: str) -> frozenset[str]:
    """All words of the stories of a sport, and of titles that name the idea of one."""
    stories = _stories(key, *FIT)
    texts = (*(body for _, body in stories), *(one for one, _ in stories if one in _threads()))
    return frozenset[str]().union(*map(words_in, texts))


def _stories(key: str, *tones: Tone) -> list[tuple[str, str]]:
    """Their titles and bodies."""
    by_tone = _habits()["stories"][key]
    return [story for tone in tones for story in by_tone.get(tone, {}).items()]


def _titles(key: str, *tones: Tone) -> list[str]:
    found = (title for title, _ in _stories(key, *tones))
    return [title for title in found if title not in _unsayable() and not SLOT.search(title)]


@cache
def _lent_titles(tone: Tone) -> tuple[str, ...]:
    """Titles that would fit any sport, and fit beside a story of that tone."""
    found = (title for key in _habits()["stories"] for title in _titles(key, *OVER[tone]))
    return tuple(title for title in dict.fromkeys(found) if title in _lent() - _threads())


@lru_cache(maxsize=KEPT)
def _sentences(key: str, tone: Tone) -> tuple[Sentence, ...]:
    """Those of a sport that fit beside one of that tone, and what they need of other sports."""
    own: dict[str, Sentence] = {}
    for of in reversed(FIT[tone]):  # what stands in stories of several tones is of its own
        own |= {one.text: one for story in _stories(key, of) for one in _parts(*story, of)}
    uses = {one.slots for one in own.values()}
    lent = (one for one in _lent_sentences() if one.slots not in uses)
    return (*own.values(), *lent)


@cache
def _lent_sentences() -> tuple[Sentence, ...]:
    """Sentences that would fit any sport."""
    found: dict[str, Sentence] = {}
    for key in _habits()["stories"]:
        for tone in FIT:
            for story in _stories(key, tone):
                found |= {one.text: one for one in _parts(*story, tone) if one.text in _lent()}
    return tuple(one for one in found.values() if not one.own)


def _parts(title: str, body: str, tone: Tone) -> Iterator[Sentence]:
    """The sentences of a story of a tone that may stand in another one of its sport."""
    texts = sentences_in(body)
    last = len(texts) - 1
    for number, text in enumerate(texts):
        part: Part = "middle" if 0 < number < last else "closing" if number else "opening"
        words = tuple(_WORD.findall(text))
        told = sum(word.strip()[0].isalpha() or "{" in word for word in words)
        leans = _LEANS.match(text) or text in _unsayable()
        if "".join(words) == text and told <= LONGEST and not leans:
            own = title in _threads() and number in {0, 2, last}
            yield Sentence(words, tuple(SLOT.findall(text)), part, number, tone, title, own)


@lru_cache(maxsize=KEPT)
def _runs_of(key: str) -> frozenset[tuple[str, ...]]:
    """All runs of one word more than may be shared, of the stories of a sport."""
    return frozenset(run for _, body in _stories(key, *FIT) for run in _runs(body))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """Runs of one word more than may be shared; a slot is a word."""
    words = _TOLD.findall(text.casefold())
    return zip(*(words[start:] for start in range(LONGEST + 1)), strict=False)


@cache
def _lent() -> frozenset[str]:
    """Titles and sentences that a story of any sport may have; see training/lent.toml."""
    return frozenset(_habits()["lent"])


@cache
def _threads() -> frozenset[str]:
    """Titles of stories that one idea goes through: the first, the third and the last sentence."""
    return frozenset(_habits()["threads"])


@cache
def _words_lent() -> frozenset[str]:
    return frozenset[str]().union(*map(words_in, _lent()))


@cache
def _unsayable() -> frozenset[str]:
    return _left_out("leaning") | _left_out("odd")


@cache
def _left_out(why: str) -> frozenset[str]:
    """Titles and sentences that do not fit everywhere; see training/hints.py."""
    return frozenset(_habits()[why])


@cache
def _habits() -> dict[str, Any]:
    text = files("stridetale").joinpath(FILE).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
