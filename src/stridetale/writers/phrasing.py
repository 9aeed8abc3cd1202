"""Phrasing: in which words a line may be put, as graphs of phrases that were written.

A small model that may put any words together writes "The net was in a small sleeve" as readily as
what makes sense, and grounding finds nothing false in it. So it goes only where writers have gone:
after any five words (a slot and a comma are words, too) stands one that stands there in a story
of that sport. It chooses at every fork, so that a sentence begins as one that was written for the
training data, and may go on and end as others. Since each way leads on to the end of some
sentence, it never finds itself without one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby, takewhile
from typing import NamedTuple

Words = tuple[str, ...]
"""A sentence in words and marks, each with the space before it: ("You", " rode", ".")."""

REACH = 5
"""Words that decide which one may stand behind them."""


def graph(sentences: Iterable[Words], *, ahead: str = "") -> str:
    """A GBNF grammar of all that these sentences lead to.

    How many slots are written counts, too: where each sentence has those that are next in an
    order, so has whatever comes of them.

    Args:
        sentences: at least one; none goes on where another one ends.
        ahead: what stands before it.
    """
    ways: defaultdict[Place, set[str]] = defaultdict(set)
    for words in sentences:
        place = START
        for word in words:
            ways[place].add(word)
            place = place.behind(word)
    line = f'"{ahead}" start' if ahead else "start"
    return f"root ::= {line}\n{_Rules(ways).text()}"


def list_of(lines: Collection[str]) -> str:
    """A GBNF grammar of these lines, and no others."""
    return f"root ::= {_tree([(line, '') for line in lines])}\n"


class Place(NamedTuple):
    """What decides how a sentence goes on."""

    words: Words
    """The last ones."""
    slots: int
    """How many are written."""

    def behind(self, word: str) -> "Place":
        """The next place."""
        return Place((*self.words, word)[-REACH:], self.slots + word.count("{"))


START = Place(("",), 0)


class _Rules:
    """The rules of a graph: one for each fork, with all up to the next ones in it."""

    def __init__(self, ways: Mapping[Place, Collection[str]]) -> None:
        self._ways = ways
        self._names: dict[Place, str] = {START: "start"}
        self._open = [START]

    def text(self) -> str:
        """The grammar."""
        rules = []
        while self._open:
            fork = self._open.pop()
            branches = [self._branch(fork, word) for word in self._ways[fork]]
            rules.append(f"{self._names[fork]} ::= {_tree(branches)}\n")
        return "".join(rules)

    def _branch(self, fork: Place, word: str) -> tuple[str, str]:
        """The letters from here to the next fork, and its rule; "" at the end of a sentence."""
        letters, place = word, fork.behind(word)
        while len(on := self._ways.get(place, ())) == 1:
            [word] = on
            letters, place = letters + word, place.behind(word)
        return letters, self._rule(place) if on else ""

    def _rule(self, fork: Place) -> str:
        if fork not in self._names:
            self._names[fork] = f"n{len(self._names)}"
            self._open.append(fork)
        return self._names[fork]


def _tree(branches: Iterable[tuple[str, str]]) -> str:
    """Letters, each with the rule behind them, as a tree of letters.

    llama.cpp would try a list one by one.
    """
    ways = []
    for _, group in groupby(sorted(branches), key=lambda branch: branch[0][:1]):
        alike = list(group)
        both = zip(alike[0][0], alike[-1][0], strict=False)
        shared = "".join(one for one, other in takewhile(lambda two: two[0] == two[1], both))
        rests = [(letters[len(shared) :], rule) for letters, rule in alike]
        if not shared:
            ways += [rule or '""' for _, rule in rests]
            continue
        [inner] = [_tree(rests)] if len(rests) > 1 else [rests[0][1]]
        ways.append(
            f"{_quoted(shared)} ({inner})" if len(rests) > 1 else f"{_quoted(shared)} {inner}"
        )
    return " | ".join(ways)


def _quoted(letters: str) -> str:
    return '"' + letters.replace("\n", "\\n") + '"'
