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
root ::= title "\\n" s0
title ::= capital (" " (word | capital)){1,5}
separator ::= " " | ", " | "; " | ": "
"""

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

    The slots stand in it in this order. Its states count those that are written: s0 begins a
    sentence before the first slot, m1 goes on with one after it, a1 stands right behind it, e2 ends
    one after the second.
    """
    rules = _spelling(words)
    known = frozenset(words)
    for used in range(len(slots) + 1):
        rules += _states(slots, used, known)
    return _FORM + "".join(f"{rule}\n" for rule in rules)


def _states(slots: Sequence[str], used: int, known: frozenset[str]) -> list[str]:
    """What may follow where so many slots are written."""
    then = slots[used : used + 1]
    begins, goes_on, ends = [f"capital m{used}"], [f"word m{used}"], f'" " s{used}'
    comma = ""
    for slot in then:
        before, _ = neighbours(slot)
        written = f'"{{{slot}}}" a{used + 1}'
        words = _any_of([word for word in before if word in known])
        begins += [written] if "." in before else []
        begins += [f'({words.title()}) " " {written}'] if words else []
        goes_on += [f'({words}) " " {written}'] if words else []
        comma = f' | ", " {written}' if "," in before else ""
    rules = [
        f"s{used} ::= {' | '.join(begins)}",
        f"m{used} ::= separator ({' | '.join(goes_on)}){comma} | [.!?] e{used}",
        f"e{used} ::= {ends if then else f'({ends})?'}",
    ]
    if used:
        rules.append(f"a{used} ::= {_behind(slots[used - 1], then, used, known)}")
    return rules


def _behind(slot: str, then: Sequence[str], used: int, known: frozenset[str]) -> str:
    """What may stand right behind a slot."""
    _, after = neighbours(slot)
    words = _any_of([word for word in after if word in known])
    found = [f"[.!?] e{used}", f'", " word m{used}']
    found += [f'" " ({words}) m{used}'] if words else []
    found += [f'" {{{one}}}" a{used + 1}' for one in then if f"{{{one}}}" in after]
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
