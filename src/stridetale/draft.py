"""A draft: a title and a body in which facts stand as slots, `{distance}`.

Saying a draft fills its slots with the words of the facts; the receipts tell where each is from.
"""

import re
from collections.abc import Iterator
from typing import Literal, Self

from stridetale.activity import Frozen
from stridetale.facts import Fact, Facts, Unit

Tone = Literal["plain", "warm", "funny", "epic"]

SLOT = re.compile(r"\{([a-z_]+)\}")

_ARTICLE_AND_SLOT = re.compile(r"\b([Aa])n? \{([a-z_]+)\}")
_SENTENCE_START = re.compile(r"(?:^|[.!?…][\"'”’)]*\s+)[\"'“‘(]*$")
_TITLE_MARKS = re.compile(r"^(?:title\s*:|#+)\s*", re.IGNORECASE)
_VOWEL_SOUND = re.compile(r"(?:[aeiou](?!ne\b|ni)|8|11\b|18\b|11,|18,)", re.IGNORECASE)


class Draft(Frozen):
    """What a writer proposes."""

    title: str
    body: str
    """One paragraph."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """A draft from plain text: the first line is the title, the rest the body."""
        lines = [line.strip() for line in text.strip().splitlines()]
        lines = [line for line in lines if line]
        title = _TITLE_MARKS.sub("", lines[0]) if lines else ""
        return cls(title=title.strip(' *"“”'), body=" ".join(lines[1:]))

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of all slots in the order in which they stand, title first."""
        return (*SLOT.findall(self.title), *SLOT.findall(self.body))


class Receipt(Frozen):
    """Where something that a story says came from."""

    slot: str
    said: str
    value: float | str
    unit: Unit | None
    source: str


def say_title(draft: Draft, facts: Facts) -> str:
    """The title with its slots filled, each word of a filled slot capitalised."""
    return _say(draft.title, facts, title=True)


def say_body(draft: Draft, facts: Facts) -> str:
    """The body with its slots filled; a slot that is not known stays as it is."""
    return _say(draft.body, facts, title=False)


def receipts(draft: Draft, facts: Facts) -> tuple[Receipt, ...]:
    """A receipt for each fact that the draft uses, in the order of first use."""
    return tuple(
        Receipt(
            slot=fact.slot, said=fact.said, value=fact.value, unit=fact.unit, source=fact.source
        )
        for fact in _used(draft, facts)
    )


def count_words(text: str) -> int:
    """Words as a reader counts them: runs without blanks that have a letter or a digit."""
    return sum(any(char.isalnum() for char in word) for word in text.split())


def _used(draft: Draft, facts: Facts) -> Iterator[Fact]:
    for slot in dict.fromkeys(draft.slots):
        fact = facts.get(slot)
        if fact is not None:
            yield fact


def _say(text: str, facts: Facts, *, title: bool) -> str:
    if facts.style.language == "en":
        text = _agree(text, facts)
    said: list[str] = []
    end = 0
    for found in SLOT.finditer(text):
        said.append(text[end : found.start()])
        fact = facts.get(found[1])
        words = found[0] if fact is None else fact.said
        if fact is not None and title:
            words = " ".join(word[:1].upper() + word[1:] for word in words.split(" "))
        elif _SENTENCE_START.search("".join(said)):
            words = words[:1].upper() + words[1:]
        said.append(words)
        end = found.end()
    return "".join(said) + text[end:]


def _agree(text: str, facts: Facts) -> str:
    """Turn "a {part_of_day}" into "an {part_of_day}" where that is an evening."""

    def article(found: re.Match[str]) -> str:
        fact = facts.get(found[2])
        if fact is None:
            return found[0]
        return f"{found[1]}{'n' if _VOWEL_SOUND.match(fact.said) else ''} {{{found[2]}}}"

    return _ARTICLE_AND_SLOT.sub(article, text)
