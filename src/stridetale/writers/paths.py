"""Paths: grammar rules for all ways from word to word that the habits of the stories allow.

A path begins at the edge of a sentence or right behind a slot, and ends right before a given slot
or at an edge. Each kind of path has rules of its own, one for each word, which spell what may
stand behind that word: as a tree of letters, since llama.cpp would try a list word by word.
"""

from functools import lru_cache
from itertools import groupby, takewhile
from operator import itemgetter

from stridetale.writers.habits import BEHIND, EDGE, Follows, written

_MARKS = {",": "comma0", ";": "semicolon0", ":": "colon0", EDGE: "edge0"}


def behind(part: str, kind: str) -> str:
    """The name of the rule for what stands behind a word, a mark or a slot on such a path."""
    return f"{kind}-{_named(part)}"


def paths(kind: str, follows: Follows, end: str) -> list[str]:
    """The rules of all paths that end right before `end`: a slot, or the edge.

    Args:
        kind: what the names of these rules begin with.
        follows: what may stand behind what.
        end: the slot, or the edge.
    """
    rules = []
    for part, others in _leading_to(end, follows).items():
        ways = _spelled(others, begins=part == EDGE).replace("@", kind)
        stops = '""' if end in follows[part] and part != EDGE else ""
        rules.append(f"{behind(part, kind)} ::= {' | '.join(filter(None, (ways, stops)))}")
    return rules


def _leading_to(end: str, follows: Follows) -> dict[str, frozenset[str]]:
    """For each part from which a path gets there: the words and marks by which it may go on."""
    on = {
        part: frozenset(one for one in others if one != EDGE and one[0] != "{")
        for part, others in follows.items()
    }
    while True:
        alive = {part for part, ways in on.items() if ways or end in follows[part]}
        if len(alive) == len(on) and all(ways <= alive for ways in on.values()):
            return on
        on = {part: on[part] & alive for part in alive}


@lru_cache(maxsize=8192)
def _spelled(others: frozenset[str], *, begins: bool) -> str:
    """What stands behind a part, and the rule for what stands behind that, of a kind "@"."""
    words = sorted(one for one in others if one[0].isalpha())
    spell = _capital if begins else str
    spelled = {spell(written(one)): behind(one, "@") for one in words}
    tree = " | ".join(_branches(spelled))
    ways = [f'"{written(mark)}" {behind(mark, "@")}' for mark in sorted(others - set(words))]
    if tree:
        ways.append(tree if begins else f'" " ({tree})')
    return " | ".join(ways)


def _branches(rules: dict[str, str]) -> list[str]:
    """A tree of letters: words, each with the rule for what stands behind it."""
    branches = [rules[""]] if "" in rules else []
    words = sorted(word for word in rules if word)
    for _, group in groupby(words, key=itemgetter(0)):
        alike = list(group)
        both = zip(alike[0], alike[-1], strict=False)
        letters = "".join(one for one, other in takewhile(lambda two: two[0] == two[1], both))
        inner = _branches({word.removeprefix(letters): rules[word] for word in alike})
        ways = inner[0] if len(inner) == 1 else f"({' | '.join(inner)})"
        branches.append(f'"{letters}" {ways}')
    return branches


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]


def _named(part: str) -> str:
    """A part as the name of a rule may have it. No word has a digit."""
    return "2".join(map(_plain, part.split(BEHIND)))


def _plain(part: str) -> str:
    if part[0] == "{":
        return part[1:-1].replace("_", "-") + "1"
    return _MARKS.get(part) or part.replace("'", "0")
