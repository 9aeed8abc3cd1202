"""What an answer may look like: a GBNF grammar for llama.cpp, a JSON schema for endpoints.

The grammar makes mistakes impossible rather than unlikely. It has no digit, no slot but those that
were asked for, each once and in their order and only next to words that stories have there, and no
word that the training data does not have or that would claim by itself what the facts do not
support. In which order words stand is the model's own: kept to the neighbours that they have in
stories, it found no way on in mid-sentence and wrote worse (docs/decisions/0010).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, takewhile
from operator import itemgetter
from typing import Any

from stridetale.writers.habits import EDGE, Vocabulary

_FREE = """\
root ::= title "\\n" sentence (" " sentence){2,5}
title ::= capital (" " (word | capital)){1,6}
sentence ::= (capital | slot) (separator piece){2,28} [.!?]
separator ::= " " | ", " | "; "
piece ::= word (separator slot (" " slot)?)?
capital ::= [A-Z] [a-z]{0,14} (['] [a-z]{1,4})?
word ::= [a-z]{1,15} (['] [a-z]{1,4} | "-" [a-z]{2,12})?
"""

LEAST_SENTENCES, MOST_SENTENCES = 4, 6
"""Of a paragraph of 50 words, as nearly all training stories have it."""

MOST_BETWEEN = 4
"""Words of a title between its first and its last one."""

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "description": "Two to seven words."},
        "body": {"type": "string", "description": "One paragraph of 40 to 60 words."},
    },
    "required": ["title", "body"],
    "additionalProperties": False,
}
"""No pattern and no bounds in it: half of the endpoints refuse a schema that has them."""


def gbnf(slots: Sequence[str], vocabulary: Vocabulary, *, least: int) -> str:
    """A grammar that allows a title line and one paragraph in this vocabulary.

    The slots stand in it in this order, at least so many of them: where a text must have one that
    its model finds no place for, it goes on and on. The rules count the slots that are written,
    and the sentences: s0n1 begins the first sentence, g1n2 goes on in the second one after the
    first slot, a1n2 stands right behind that slot, e2n3 right behind the third sentence.
    """
    slots = [slot for slot in slots if vocabulary.before.get(slot)]
    rules = {
        "root": 'title "\\n" s0n1',
        "title": f'tbegin more{MOST_BETWEEN} " " tend',
        **{f"more{n}": f'(" " tword more{n - 1})?' for n in range(1, MOST_BETWEEN + 1)},
        "more0": '""',
        "tbegin": _tree(map(_capital, vocabulary.title_begins)),
        "tword": _tree(vocabulary.titles),
        "tend": _tree(vocabulary.title_ends),
        "begin": _tree(map(_capital, vocabulary.begins)),
        "word": _tree(vocabulary.words),
        "gap": '", " | " "',
    }
    for number, slot in enumerate(slots):
        rules[f"before{number}"] = _tree(set(vocabulary.before[slot]) - {EDGE})
        rules[f"behind{number}"] = _tree(filter(str.isalpha, vocabulary.behind[slot]))
    for sentence in range(1, MOST_SENTENCES + 1):
        for used in range(len(slots) + 1):
            rules |= _Place(slots, vocabulary, least, used, sentence).rules()
    return "".join(f"{name} ::= {ways}\n" for name, ways in rules.items() if ways)


def free(slots: Sequence[str]) -> str:
    """A grammar for a model that knows none of our habits: plain words and these slots, anywhere.

    Its bounds are wider than what is wanted (grounding counts the words): a model that meets one
    in mid-sentence is left with nothing but to glue words together.
    """
    any_slot = " | ".join(f'"{{{slot}}}"' for slot in slots)
    return f"{_FREE}slot ::= {any_slot}\n"


class _Place:
    """A place in the paragraph: so many slots are written, and this sentence is being written."""

    def __init__(
        self, slots: Sequence[str], vocabulary: Vocabulary, least: int, used: int, sentence: int
    ) -> None:
        self._before, self._behind = vocabulary.before, vocabulary.behind
        self._begins = vocabulary.begins
        self._used, self._sentence = used, sentence
        self._here = f"{used}n{sentence}"
        self._enough = used >= min(least, len(slots))
        self._last = sentence == MOST_SENTENCES
        self._written = slots[used - 1] if used else None
        self._next = slots[used] if used < len(slots) else None

    def rules(self) -> dict[str, str]:
        """What may follow here: where the sentence begins, goes on, and ends, and behind a slot."""
        here, on = self._here, f"g{self._here}"
        rules = {
            f"s{here}": _either(f"begin {on}", *self._beginning()),
            on: _either(f"gap word {on}", self._stop, self._slot(f'" " before{self._used} " "')),
            f"e{here}": self._end,
        }
        if self._written is not None:
            rules[f"a{here}"] = self._right_behind(self._written, on)
        return rules

    def _right_behind(self, slot: str, on: str) -> str:
        found = set(self._behind[slot])
        leading = found & set(self._before[self._next]) if self._next else set()
        ways = _either(
            f'" " behind{self._used - 1} {on}' if any(map(str.isalpha, found)) else None,
            self._stop if EDGE in found else None,
            f'", " word {on}' if "," in found else None,
            self._slot(f'" " ({_tree(leading)}) " "') if leading - {EDGE} else None,
            self._slot('" "') if f"{{{self._next}}}" in found else None,
        )
        return ways or f'", " word {on}'

    def _beginning(self) -> Iterator[str | None]:
        """Sentences that begin with the next slot, or with a word right before it."""
        before = set(self._before[self._next]) if self._next else set()
        yield self._slot("") if EDGE in before else None
        words = before & set(self._begins)
        yield self._slot(f'({_tree(map(_capital, words))}) " "') if words else None

    @property
    def _stop(self) -> str | None:
        return f"[.!?] e{self._here}" if self._enough or not self._last else None

    @property
    def _end(self) -> str:
        if self._last:
            return '""'
        more = f'" " s{self._used}n{self._sentence + 1}'
        may_end = self._enough and self._sentence >= LEAST_SENTENCES
        return f"({more})?" if may_end else more

    def _slot(self, ahead: str) -> str | None:
        """The next slot with what stands ahead of it, and what may stand behind it."""
        if self._next is None:
            return None
        slot = f'"{{{self._next}}}" a{self._used + 1}n{self._sentence}'
        return f"{ahead} {slot}" if ahead else slot


def _either(*ways: str | None) -> str:
    return " | ".join(filter(None, ways))


def _tree(words: Iterable[str]) -> str:
    """Words as a tree of letters, since llama.cpp would try a list word by word."""
    return " | ".join(_branches(sorted(set(words) - {EDGE})))


def _branches(words: Collection[str]) -> list[str]:
    branches = ['""'] if "" in words else []
    for _, group in groupby(filter(None, words), key=itemgetter(0)):
        alike = list(group)
        both = zip(alike[0], alike[-1], strict=False)
        letters = "".join(one for one, other in takewhile(lambda two: two[0] == two[1], both))
        inner = _branches([word.removeprefix(letters) for word in alike])
        rest = "" if inner == ['""'] else f" ({' | '.join(inner)})"
        branches.append(f'"{letters}"{rest}')
    return branches


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]
