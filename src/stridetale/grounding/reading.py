"""A text as a sequence of words and slots, each with its place in sentence and clause. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property

from stridetale.grounding.contradiction import Where

LONGEST = 2_000
"""Characters beyond which a text is no draft, and is not read."""

_TOKEN = re.compile(r"\{[a-z_]+\}|[^\W\d_]+(?:['’][^\W\d_]+)*")
_JOINS = re.compile(r"[ \u00a0\u2010\u2011-]*")
_ENDS_SENTENCE = re.compile(r"[.!?…]")
_STARTS_SENTENCE = re.compile(r"[.!?…]|[\"“]$")
_ENDS_CLAUSE = re.compile(r"[,;:.!?…—–()\"“”\n]| - ")


@dataclass(frozen=True)
class Token:
    """A word or a slot."""

    text: str
    """As it stands in the text."""
    word: str
    """Folded, with a straight apostrophe: what word lists are compared with."""
    start: int
    end: int
    joined: bool
    """Whether only blanks or a hyphen stand between it and the token before."""
    opens: bool
    """Whether it may be capital because a sentence or a quotation begins with it."""
    sentence: int
    clause: int

    @property
    def stem(self) -> str:
        """The word without its 's."""
        return self.word.removesuffix("'s")

    @property
    def is_slot(self) -> bool:
        """Whether it is a slot; its `word` is then "{name}"."""
        return self.word[0] == "{"

    @property
    def slot(self) -> str:
        """The name of the slot; empty for a word."""
        return self.word[1:-1] if self.is_slot else ""


@dataclass(frozen=True)
class Text:
    """A title or a body, read."""

    raw: str
    where: Where
    tokens: tuple[Token, ...]

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """The tokens that are no slots."""
        return tuple(token for token in self.tokens if not token.is_slot)

    @cached_property
    def slots(self) -> tuple[Token, ...]:
        """The tokens that are slots."""
        return tuple(token for token in self.tokens if token.is_slot)

    @cached_property
    def outside(self) -> str:
        """The raw text with each slot blanked, character for character."""
        chars = list(self.raw)
        for slot in self.slots:
            chars[slot.start : slot.end] = " " * (slot.end - slot.start)
        return "".join(chars)

    def said(self, first: int, last: int) -> str:
        """The text from one token to another, both included."""
        return self.raw[self.tokens[first].start : self.tokens[last].end]


def read(raw: str, where: Where) -> Text:
    """Split a text into its tokens."""
    tokens: list[Token] = []
    end = sentence = clause = 0
    for found in _TOKEN.finditer(raw):
        gap = raw[end : found.start()]
        if tokens:
            sentence += bool(_ENDS_SENTENCE.search(gap))
            clause += bool(_ENDS_CLAUSE.search(gap))
        text = found[0]
        tokens.append(
            Token(
                text=text,
                word=text.casefold().replace("’", "'"),
                start=found.start(),
                end=found.end(),
                joined=bool(tokens) and _JOINS.fullmatch(gap) is not None,
                opens=not tokens or _STARTS_SENTENCE.search(gap) is not None,
                sentence=sentence,
                clause=clause,
            )
        )
        end = found.end()
    return Text(raw, where, tuple(tokens))


def words_of(raw: str) -> frozenset[str]:
    """The words of a text, folded, without 's."""
    return frozenset(token.stem for token in read(raw, "body").words)
