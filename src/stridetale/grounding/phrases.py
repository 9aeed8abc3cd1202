"""Phrases and how they are found among tokens: a tree of words, walked once per token. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from stridetale.grounding.reading import Token, read

T = TypeVar("T")


@dataclass
class _Node(Generic[T]):
    """What may follow the words on the way to here, and what these words mean."""

    words: dict[str, "_Node[T]"] = field(default_factory=dict)
    stems: dict[str, "_Node[T]"] = field(default_factory=dict)
    any_word: "_Node[T] | None" = None
    values: list[T] = field(default_factory=list)


@dataclass(frozen=True)
class Match(Generic[T]):
    """A phrase found from token `first` to token `last`."""

    first: int
    last: int
    value: T
    wild: frozenset[int] = frozenset()
    """The tokens that stood for any word."""


class Phrases(Generic[T]):
    """Phrases with a value each: "personal best*", "pair of * legs", "of {distance}".

    "best*" is every word that begins so; "*" alone is any one word, but no slot. A phrase is
    found where its words follow each other with nothing but blanks or a hyphen between them.
    """

    def __init__(self, rows: Iterable[tuple[str, T]]) -> None:
        self._root: _Node[T] = _Node()
        for phrase, value in rows:
            self._add(phrase, value)

    def matches(self, tokens: Sequence[Token]) -> Iterator[Match[T]]:
        """Every phrase that stands anywhere in the tokens."""
        for first in range(len(tokens)):
            yield from self.matches_at(tokens, first)

    def matches_at(self, tokens: Sequence[Token], first: int) -> Iterator[Match[T]]:
        """Every phrase that begins at a token."""
        ways: list[tuple[int, _Node[T], frozenset[int]]] = [(first, self._root, frozenset())]
        while ways:
            at, node, wild = ways.pop()
            if at > first:
                yield from (Match(first, at - 1, value, wild) for value in node.values)
            if at < len(tokens) and (at == first or tokens[at].joined):
                ways += _steps(node, tokens[at], at, wild)

    def _add(self, phrase: str, value: T) -> None:
        node = self._root
        for part in phrase.replace("-", " ").split():
            if part == "*":
                node.any_word = node.any_word or _Node()
                node = node.any_word
            elif part.endswith("*"):
                node = node.stems.setdefault(_folded(part[:-1]), _Node())
            else:
                node = node.words.setdefault(_folded(part), _Node())
        node.values.append(value)


def _steps(
    node: "_Node[T]", token: Token, at: int, wild: frozenset[int]
) -> Iterator[tuple[int, "_Node[T]", frozenset[int]]]:
    word = token.word
    for form in dict.fromkeys((word, token.stem)):
        if form in node.words:
            yield at + 1, node.words[form], wild
    if node.stems:
        for length in range(2, len(word) + 1):
            if word[:length] in node.stems:
                yield at + 1, node.stems[word[:length]], wild
    if node.any_word is not None and not token.is_slot:
        yield at + 1, node.any_word, wild | {at}


def _folded(part: str) -> str:
    [token] = read(part, "body").tokens
    return token.word
