"""What a GBNF grammar of ours allows, as llama.cpp reads it: for small ones, in tests.

Large ones are given to llama.cpp itself, in test_embedded.py.
"""

import re
from dataclasses import dataclass, field

_PART = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^]]*\]|[()|?]|[\w-]+')


def allows(grammar: str, text: str) -> bool:
    """Whether the rule `root` allows just this text."""
    return len(text) in _Reading(dict(_rules(grammar)), text).of_rule("root", 0)


def _rules(grammar: str) -> list[tuple[str, list[str]]]:
    lines = (line.partition(" ::= ") for line in grammar.splitlines())
    return [(name, _PART.findall(rule)) for name, _, rule in lines]


@dataclass
class _Reading:
    """A text that is read by rules; each method says where it may go on behind what it read."""

    rules: dict[str, list[str]]
    text: str
    known: dict[tuple[str, int], set[int]] = field(default_factory=dict)

    def of_rule(self, name: str, at: int) -> set[int]:
        if (name, at) not in self.known:
            self.known[name, at] = self.of_ways(self.rules[name], at)
        return self.known[name, at]

    def of_ways(self, parts: list[str], at: int) -> set[int]:
        """Of alternatives: all parts of a rule or of a group."""
        found, here = set[int](), {at}
        rest = list(parts)
        while rest:
            part = rest.pop(0)
            if part == "|":
                found, here = found | here, {at}
            elif part == "(":
                inner, rest = _group(rest)
                may_miss = rest[:1] == ["?"]
                ends = (self.of_ways(inner, one) for one in here)
                here = set[int]().union(*ends, here if may_miss else ())
                del rest[: int(may_miss)]
            else:
                here = set[int]().union(*(self.of_part(part, one) for one in here))
        return found | here

    def of_part(self, part: str, at: int) -> set[int]:
        if part.startswith('"'):
            letters = part[1:-1].replace("\\n", "\n")
            return {at + len(letters)} if self.text.startswith(letters, at) else set()
        if part.startswith("["):
            return {at + 1} if self.text[at : at + 1] in set(part[1:-1]) else set()
        return self.of_rule(part, at)


def _group(parts: list[str]) -> tuple[list[str], list[str]]:
    """What stands in a group that was just opened, and what behind it."""
    depth = 1
    for place, part in enumerate(parts):
        depth += (part == "(") - (part == ")")
        if not depth:
            return parts[:place], parts[place + 1 :]
    raise ValueError("a group without an end")
