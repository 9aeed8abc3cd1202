"""A draft: a title and a body in which facts stand as slots, `{distance}`.

Saying a draft fills its slots with the words of the facts; the receipts tell where each is from.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator

from stridetale.activity import Frozen
from stridetale.facts import Fact, Facts, Unit
from stridetale.saying import headline
from stridetale.untrusted import printable

Tone = Literal["plain", "warm", "funny", "epic"]

SLOT = re.compile(r"\{([a-z_]+)\}")

_LOOSE_SLOT = re.compile(r"(?<!\{)\{++ ?([A-Za-z_]+) ?\}++")
_ARTICLE_AND_SLOT = re.compile(r"\b([Aa])n? \{([a-z_]+)\}")
_HAS_ARTICLE = re.compile(r"an? ")
_SENTENCE_START = re.compile(r"(?:^|[.!?…][\"'”’)]*\s+)[\"'“‘(]*$")
_BLANKS_AND_DASHES = re.compile(r"[\s–—]+")
_TITLE_MARKS = re.compile(r"(?:[#*\"“ ]|title\s*:)+", re.IGNORECASE)
_BODY_MARKS = re.compile(r"(?:[#* ]|(?:story|body|text)\s*:)+", re.IGNORECASE)
_VOWEL_SOUND = re.compile(
    r"""(?!one\b|once|uni|us[ei]|eu)[aeiouà-æè-ïò-öø-ü]  # "an evening", but "a unicycle"
    | hour | honest | heir
    | [fhlmnrsx]-                           # a letter by its name: "an S-shape"
    | 8 | (?:11|18)\b                       # "an eighty", "an 11:30", but "a 118"
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _tidy(text: object) -> object:
    """One line of printable text, its slots in their one spelling."""
    if not isinstance(text, str):
        return text
    return _LOOSE_SLOT.sub(lambda found: f"{{{found[1].lower()}}}", printable(text))


Line = Annotated[str, BeforeValidator(_tidy)]


class Draft(Frozen):
    """What a writer proposes: untrusted text, made printable."""

    title: Line
    body: Line
    """One paragraph."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """A draft from plain text: the first line is the title, the rest the body.

        Marks that models put there ("# ", "**Title:**", quotes around the title) are taken off.
        """
        first, *rest = [line for line in text.splitlines() if line.strip()] or [""]
        title = _without(_TITLE_MARKS, printable(first)).rstrip(' *"”')
        return cls(title=title, body=_without(_BODY_MARKS, printable(" ".join(rest))))

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
    """Words as a reader counts them: what has a letter or a digit, between blanks and dashes."""
    return sum(any(map(str.isalnum, word)) for word in _BLANKS_AND_DASHES.split(text))


def _without(marks: re.Pattern[str], text: str) -> str:
    found = marks.match(text)
    return text if found is None else text[found.end() :]


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
            words = headline(words, facts.style)
        if _SENTENCE_START.search("".join(said)):
            words = words[:1].upper() + words[1:]
        said.append(words)
        end = found.end()
    return "".join(said) + text[end:]


def _agree(text: str, facts: Facts) -> str:
    """Turn "a {part_of_day}" into "an {part_of_day}" where that is an evening.

    Where the fact brings its own article ("a breeze"), that is the one.
    """

    def article(found: re.Match[str]) -> str:
        fact = facts.get(found[2])
        if fact is None:
            return found[0]
        if _HAS_ARTICLE.match(fact.said):
            return f"{{{found[2]}}}"
        return f"{found[1]}{'n' if _VOWEL_SOUND.match(fact.said) else ''} {{{found[2]}}}"

    return _ARTICLE_AND_SLOT.sub(article, text)
