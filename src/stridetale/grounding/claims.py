"""Words that claim something: numbers, days, sports, weather, company. Pure.

The words and what each needs stand in `data/<language>/claims/`, what claims nothing although it
has such words in `data/<language>/idioms.toml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from stridetale.facts import Facts
from stridetale.grounding.contradiction import KINDS, Contradiction, Kind
from stridetale.grounding.phrases import Match, Phrases
from stridetale.grounding.reading import Text, words_of
from stridetale.grounding.support import Need, actual
from stridetale.wordlists import table

TOPICS = (
    "numbers", "days", "times", "sports", "terrain", "weather", "people", "places", "inventions",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Claim:
    """What a phrase claims."""

    kind: Kind
    needs: tuple[Need, ...]
    """It is supported where one of them is met: never where there is none."""
    capital: str | None = None
    """Only with a capital: "always", or "within" a sentence, where an ordinary word has none."""

    def is_supported(self, facts: Facts) -> bool:
        """Whether the facts support it."""
        return any(need.is_met(facts) for need in self.needs)


def contradictions(text: Text, facts: Facts) -> Iterator[Contradiction]:
    """Each claim of a text that the facts do not support."""
    known = words_of(facts.name or "")
    supported: dict[Claim, bool] = {}
    for match in _claims_in(text, facts.style.language):
        claim = match.value
        if claim not in supported:
            supported[claim] = claim.is_supported(facts)
        said = text.said(match.first, match.last)
        if supported[claim] or (claim.kind in _MAY_BE_NAMED and words_of(said) <= known):
            continue
        yield Contradiction(claim.kind, said, actual(claim.kind, facts), text.where)


_MAY_BE_NAMED = frozenset[Kind]({"place", "person"})
"""What the athlete's own name for the activity supports by having it."""


def _claims_in(text: Text, language: str) -> list[Match[Claim]]:
    """The claims of a text: those that no idiom spares, and of nested ones the longest."""
    tokens = text.tokens
    spared = {
        (index, kind)
        for match in _idioms(language).matches(tokens)
        for index in range(match.first, match.last + 1)
        for kind in match.value
        if index not in match.wild
    }
    found = [
        match
        for match in _claims(language).matches(tokens)
        if not spared.issuperset((i, match.value.kind) for i in range(match.first, match.last + 1))
        and _is_written_so(match, text)
    ]
    return [match for match in found if not any(_is_within(match, other) for other in found)]


def _is_within(match: Match[Claim], other: Match[Claim]) -> bool:
    return (
        other.first <= match.first
        and match.last <= other.last
        and (other.last - other.first) > (match.last - match.first)
    )


def _is_written_so(match: Match[Claim], text: Text) -> bool:
    first = text.tokens[match.first]
    match match.value.capital:
        case None:
            return True
        case "within":
            return first.text[0].isupper() and (text.where == "title" or not first.opens)
        case _:
            return first.text[0].isupper()


@cache
def _claims(language: str) -> Phrases[Claim]:
    rows: list[tuple[str, Claim]] = []
    for topic in TOPICS:
        groups = table(f"{language}/claims/{topic}.toml")
        for kind in KINDS:
            for group in groups.get(kind, ()):
                needs = tuple(map(Need.model_validate, group.get("needs", ())))
                claim = Claim(kind, needs, group.get("capital"))
                rows += [(words, claim) for words in group["words"]]
    return Phrases(rows)


@cache
def _idioms(language: str) -> Phrases[tuple[Kind, ...]]:
    groups = table(f"{language}/idioms.toml")["idioms"]
    return Phrases((words, tuple(group["spares"])) for group in groups for words in group["words"])
