"""The habits of the embedded writer, read from the stories: `python training/hints.py`.

It counts for each family of sports in which orders its stories use facts, for each sport what they
may be about, and notes their words, and what stands next to each slot.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

from check_data import DATA, Row, read
from stridetale.draft import SLOT
from stridetale.sports import sport_of
from stridetale.wordlists import table
from stridetale.writers.habits import ANY, EDGE, FILE
from stridetale.writers.hints import Hint

Neighbours = dict[str, list[str]]
"""For a slot what stands next to it."""

OUT = Path(__file__).parent.parent / "src" / "stridetale" / FILE
FROM_TITLE = 0.6
WITHOUT = 0.1
LEAST = 2
"""An order of facts and a word that fewer stories have is no model for others."""

PLAIN = ("literal-*.jsonl", "simple-*.jsonl", "seeds.jsonl")
"""The stories whose habits are the model's."""
USUAL = 3
"""A neighbour that a slot has seldomer, and an end of a title, is no model, either."""
KINDS = {
    "ride": "wheels", "wheelchair": "wheels", "run": "foot", "walk": "foot", "hike": "foot",
    "golf": "foot", "swim": "swim", "row": "boat", "paddle": "boat", "wind": "wind", "wave": "wind",
    "snow": "snow", "skate": "snow", "court": "court", "gym": "floor", "mat": "floor",
    "climb": "floor",
}  # fmt: skip
"""Families of sports with the same words, and what they are called together."""
LEADS = frozenset({"was", "were", "at"})
"""What they lead to depends on what stands before them."""

_NEEDY = frozenset(
    slot for slot, rules in table("en/slots.toml").items()
    if isinstance(rules, dict) and rules["needs_with"]
)  # fmt: skip
_PARTS = re.compile(r"\{[a-z_]+\}|[A-Za-z]+(?:['-][A-Za-z]+)*|[.,;:!?]")
_WORD = re.compile(r"[a-z]+")
_LITTLE = frozenset(table("en/function_words.toml")["own"])
_ABOUT = frozenset(table("en/about.toml")["words"])


def hint_of(row: Row, rng: Random) -> Hint:
    """The hint for which a story is the answer: another one each time."""
    title, body = (_words_about(text) for text in (row.title, row.body))
    some = title if title and rng.random() < FROM_TITLE else title + body
    about = rng.choice(some) if some and rng.random() >= WITHOUT else None
    return Hint(tuple(SLOT.findall(row.body)), about)


def orders(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """How many stories use facts in which order, by family of sports and for all."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        family = sport_of(str(row.activity.get("sport_type"))).family
        for key in (family, ANY):
            found[key][" ".join(SLOT.findall(row.body))] += 1
    return _often(found)


def abouts(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """How many stories have which word to be about, by sport, by family and for all."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        sport = sport_of(str(row.activity.get("sport_type")))
        for key in {sport.sport_type, sport.family, ANY}:
            found[key].update(_words_about(f"{row.title} {row.body}"))
    return _often(found)


def by_kind(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Words by the kind of sports of whose stories they are; under `ANY` those of several kinds.

    Args:
        parts: each word with a kind.
    """
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for kind, word in parts:
        kinds[word].add(kind)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word, where in sorted(kinds.items()):
        found[min(where) if len(where) == 1 else ANY].append(word)
    return {kind: " ".join(words) for kind, words in sorted(found.items())}


def neighbours(told: Iterable[Sequence[str]]) -> tuple[Neighbours, Neighbours]:
    """What stands right before each slot, and right behind it, in enough of these stories.

    A word that leads to a number which needs its context does so only with the word before it:
    "speed was {max_speed}".

    Args:
        told: stories in parts: words, marks, slots, edges.
    """
    before: defaultdict[str, Counter[str]] = defaultdict(Counter)
    behind: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for parts in told:
        for place, part in enumerate(parts):
            if part[0] != "{":
                continue
            earlier, ahead = parts[max(0, place - 2) : place], part[1:-1]
            leads = earlier[-1] in LEADS and ahead in _NEEDY
            phrase = " ".join(earlier) if leads else earlier[-1]
            if phrase[0].isalpha() or phrase == EDGE:
                before[ahead][phrase] += 1
            behind[ahead][parts[place + 1]] += 1
    return _usual(before), _usual(behind)


def _usual(counts: Mapping[str, Counter[str]]) -> Neighbours:
    return {
        slot: sorted(one for one, count in found.items() if count >= USUAL)
        for slot, found in sorted(counts.items())
    }


def _often(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    """What enough stories have."""
    return {
        key: {one: count for one, count in sorted(found.items()) if count >= LEAST}
        for key, found in sorted(counts.items())
    }


def words_of(rows: Iterable[Row]) -> frozenset[str]:
    """The words in which the stories are written; slots and marks are none."""
    texts = (f"{row.title} . {row.body}" for row in rows)
    counts = Counter(
        part.casefold() for text in texts for part in _PARTS.findall(text) if part[0].isalpha()
    )
    return frozenset(
        word for word, count in counts.items() if count >= LEAST and (len(word) > 1 or word == "a")
    )


def _parts(text: str) -> list[str]:
    """A text in words, marks and slots, with an edge at both ends of each sentence."""
    parts = [EDGE if part in {"?", "!", "."} else part for part in _PARTS.findall(text)]
    return [EDGE, *parts, *([] if parts[-1:] == [EDGE] else [EDGE])]


def _words_about(text: str) -> list[str]:
    return sorted(set(_WORD.findall(SLOT.sub(" ", text).casefold())) & _ABOUT)


def _title_words(title: Sequence[str], body: Sequence[str]) -> list[str]:
    """The words of a title, and what its body says in them that says something."""
    said = [part.capitalize() for part in body if part[0].isalpha() and part not in _LITTLE]
    return [*title, *said]


def _ends(titles: Sequence[Sequence[str]], words: Iterable[Sequence[str]]) -> list[list[str]]:
    """With what a title may end: what enough titles end with, and every word that says something.

    Where the model has said all, and may not stop, it goes on with what makes no sense.
    """
    counts = Counter(parts[-2] for parts in titles)
    return [
        [one for one in some if counts[one] >= USUAL or one.casefold() not in _LITTLE]
        for some in words
    ]


def main() -> None:
    """Write the file that the package ships."""
    rows = [row for form in PLAIN for _, row in read(sorted(DATA.glob(form)))]
    words = words_of(rows)
    kinds = [KINDS.get(sport_of(str(row.activity.get("sport_type"))).family, ANY) for row in rows]
    bodies = [_parts(row.body.casefold()) for row in rows]
    titles = [_parts(row.title) for row in rows]
    title_words = [_title_words(*both) for both in zip(titles, bodies, strict=True)]
    before, behind = neighbours(bodies)

    def known(told: Iterable[Iterable[str]]) -> dict[str, str]:
        return by_kind(
            (kind, part)
            for kind, parts in zip(kinds, told, strict=True)
            for part in parts
            if part.casefold() in words
        )

    found = {
        "orders": orders(rows), "abouts": abouts(rows), "words": sorted(words),
        "kinds": KINDS, "body": known(bodies),
        "begins": known([then for one, then in pairwise(parts) if one == EDGE] for parts in bodies),
        "titles": known(title_words), "title_begins": known(parts[1:2] for parts in titles),
        "title_ends": known(_ends(titles, title_words)), "before": before, "behind": behind,
    }  # fmt: skip
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(rows)} stories read, {len(words)} words")


if __name__ == "__main__":
    main()
