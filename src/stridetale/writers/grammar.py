"""What an answer may look like: a GBNF grammar for llama.cpp, a JSON schema for endpoints.

The grammar makes mistakes impossible rather than unlikely. It has no digit, no slot but those that
were asked for, each once, in their order and between words between which the stories of the
training data have it, no words but those that claim nothing by themselves (so none is invented),
and no capital inside a sentence.
"""

from collections.abc import Sequence
from typing import Any

from stridetale.writers.hints import neighbours

_FORM = """\
title ::= capital (" " (word | capital)){1,5}
separator ::= " " | ", " | "; " | ": "
"""

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


def gbnf(slots: Sequence[str], words: Sequence[str]) -> str:
    """A grammar that allows a title line and one paragraph in these words.

    The slots stand in it in this order. Its states count the slots that are written, and the
    sentences: s0n1 begins the first sentence, m1n2 goes on with the second one after one slot,
    a1n2 stands right behind that slot, e2n3 ends the third sentence after two slots.
    """
    known = frozenset(words)
    rules = [*_spelling(words), 'root ::= title "\\n" s0n1']
    for sentence in range(1, MOST_SENTENCES + 1):
        for used in range(len(slots) + 1):
            rules += _states(slots, used, sentence, known)
    return _FORM + "".join(f"{rule}\n" for rule in rules)


def free(slots: Sequence[str]) -> str:
    """A grammar for a model that knows none of our habits: plain words and these slots, anywhere.

    Its bounds are wider than what is wanted (grounding counts the words): a model that meets one
    in mid-sentence is left with nothing but to glue words together.
    """
    return f"{_FREE}slot ::= {_any_of([f'{{{slot}}}' for slot in slots])}\n"


def _states(slots: Sequence[str], used: int, sentence: int, known: frozenset[str]) -> list[str]:
    """What may follow where so many slots are written, in this sentence."""
    then, here = slots[used : used + 1], f"{used}n{sentence}"
    begins, goes_on, comma = [f"capital m{here}"], [f"word m{here}"], ""
    for slot in then:
        before, _ = neighbours(slot)
        written = f'"{{{slot}}}" a{used + 1}n{sentence}'
        words = [word for word in before if word in known]
        begins += [written] if "." in before else []
        begins += [f'({_any_of([word.title() for word in words])}) " " {written}'] if words else []
        goes_on += [f'({_any_of(words)}) " " {written}'] if words else []
        comma = f' | ", " {written}' if "," in before else ""
    stop = _stop(then, used, sentence)
    rules = [
        f"s{here} ::= {' | '.join(begins)}",
        f"m{here} ::= separator ({' | '.join(goes_on)}){comma}{stop}",
    ]
    if used:
        rules.append(f"a{here} ::= {_behind(slots[used - 1], then, here, known)}{stop}")
    if stop:
        more = f'" " s{used}n{sentence + 1}' if sentence < MOST_SENTENCES else '""'
        may_end = not then and LEAST_SENTENCES <= sentence < MOST_SENTENCES
        rules.append(f"e{here} ::= {f'({more})?' if may_end else more}")
    return rules


def _stop(then: Sequence[str], used: int, sentence: int) -> str:
    """The end of a sentence, where it may end: the last one has all slots before its end."""
    return "" if then and sentence == MOST_SENTENCES else f" | [.!?] e{used}n{sentence}"


def _behind(slot: str, then: Sequence[str], here: str, known: frozenset[str]) -> str:
    """What may stand right behind a slot, but for the end of the sentence."""
    _, after = neighbours(slot)
    words = _any_of([word for word in after if word in known])
    used, _, sentence = here.partition("n")
    found = [f'", " word m{here}']
    found += [f'" " ({words}) m{here}'] if words else []
    found += [f'" {{{one}}}" a{int(used) + 1}n{sentence}' for one in then if f"{{{one}}}" in after]
    return " | ".join(found)


def _any_of(words: Sequence[str]) -> str:
    return " | ".join(f'"{word}"' for word in words)


class _Node(dict[str, "_Node"]):
    """A letter of a word, with those that may follow it."""

    ends = False


def _spelling(words: Sequence[str]) -> list[str]:
    """The rules `word` and `capital`: a tree of letters, in which like endings are one.

    As one long list of words it would be searched word by word for each token.
    """
    root = _Node()
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, _Node())
        node.ends = True
    names: dict[str, str] = {}
    edges = [(letter, _edge(letter, child, names)) for letter, child in root.items()]
    return [
        *(f"{name} ::= {rule}" for rule, name in names.items()),
        f"word ::= {' | '.join(edge for _, edge in edges)}",
        f"capital ::= {' | '.join(edge.replace(one, one.upper(), 1) for one, edge in edges)}",
    ]


def _edge(letters: str, node: _Node, names: dict[str, str]) -> str:
    """What is written on the way to a node, and the name of the rule from there on."""
    while len(node) == 1 and not node.ends:
        [(letter, node)] = node.items()
        letters += letter
    if not node:
        return f'"{letters}"'
    rest = [_edge(letter, child, names) for letter, child in node.items()]
    rule = " | ".join([*rest, *(['""'] if node.ends else [])])
    return f'"{letters}" {names.setdefault(rule, f"w{len(names)}")}'
