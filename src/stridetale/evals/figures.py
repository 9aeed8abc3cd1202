"""Figures of texts: how they vary, and what they took from elsewhere. Pure.

A slot counts as one word, so that stories do not differ by their numbers alone.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import fmean, quantiles

_WORD = re.compile(r"\{[a-z_]+\}|[^\W_]+(?:['’-][^\W_]+)*")
_NONE_IN_COMMON = 0.1
"""Counts for no n-gram in common, so that one order without any does not make all of it 0 (the
first smoothing of Chen and Cherry, 2014)."""
_ORDERS = 4
_INDEXED = 3


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, slots as they are."""
    return [found[0].lower().replace("’", "'") for found in _WORD.finditer(text)]


def percentile(values: Sequence[float], percent: int) -> float:
    """Of at least one value, between the nearest ones."""
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def share(those: int, of: int) -> float:
    """A part of a whole, from 0 to 1; 0 of nothing."""
    return those / of if of else 0.0


def distinct(texts: Iterable[Sequence[str]], length: int) -> float:
    """The share of all runs of so many words that are unlike any other: 1 where none recurs."""
    runs = [run for text in texts for run in _runs(text, length)]
    return share(len(set(runs)), len(runs))


def self_bleu(texts: Sequence[Sequence[str]]) -> float:
    """The mean BLEU-4 of each text against all the others: 0 all new, 1 all the same.

    More texts have more in common: compare only figures of as many. It is exact, not sampled.
    """
    if len(texts) < 2:  # noqa: PLR2004 (one text is like no other)
        return 0.0
    most = [_Most(texts, order) for order in range(1, _ORDERS + 1)]
    lengths = Counter(map(len, texts))
    return fmean(_bleu(index, text, most, lengths) for index, text in enumerate(texts))


class _Most:
    """For each n-gram how often the text with most of it has it, and the next one."""

    def __init__(self, texts: Sequence[Sequence[str]], order: int) -> None:
        self.order = order
        self._best: dict[tuple[str, ...], tuple[int, int, int]] = {}
        for owner, text in enumerate(texts):
            for run, count in Counter(_runs(text, order)).items():
                first, whose, second = self._best.get(run, (0, -1, 0))
                if count > first:
                    self._best[run] = (count, owner, first)
                elif count > second:
                    self._best[run] = (first, whose, count)

    def of_others(self, run: tuple[str, ...], text: int) -> int:
        """How often one of the other texts has it, at the most."""
        first, whose, second = self._best[run]
        return second if whose == text else first


def _bleu(index: int, text: Sequence[str], most: Sequence[_Most], lengths: Counter[int]) -> float:
    logs = 0.0
    for one in most:
        own = Counter(_runs(text, one.order))
        if not own:
            return 0.0
        common = sum(min(count, one.of_others(run, index)) for run, count in own.items())
        logs += math.log((common or _NONE_IN_COMMON) / own.total())
    others = lengths - Counter([len(text)])
    nearest = min(others, key=lambda length: (abs(length - len(text)), length))
    brevity = min(0.0, 1 - nearest / len(text))
    return math.exp(brevity + logs / len(most))


class Training:
    """The texts of training data, for the longest run of words that another text shares.

    Args:
        texts: their words; no run goes from one to the next.
    """

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self._words: list[str | None] = []
        for text in texts:
            self._words += [*text, None]
        self._single = {word for word in self._words if word is not None}
        self._double = set(pairwise(self._words))
        self._places: dict[tuple[str | None, ...], list[int]] = {}
        for place in range(len(self._words) - _INDEXED + 1):
            run = tuple(self._words[place : place + _INDEXED])
            if None not in run:
                self._places.setdefault(run, []).append(place)

    def shared_run(self, text: Sequence[str]) -> int:
        """How many words in a row are also in one of the texts, at the most."""
        longest = 0
        for start in range(len(text) - _INDEXED + 1):
            for place in self._places.get(tuple(text[start : start + _INDEXED]), ()):
                longest = max(longest, self._alike(text, start, place))
        if longest:
            return longest
        if any(pair in self._double for pair in pairwise(text)):
            return 2
        return int(any(word in self._single for word in text))

    def _alike(self, text: Sequence[str], start: int, place: int) -> int:
        length = _INDEXED
        while start + length < len(text) and text[start + length] == self._words[place + length]:
            length += 1
        return length


def _runs(text: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(text[start:] for start in range(length)), strict=False)
