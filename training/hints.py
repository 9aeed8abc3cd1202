"""The habits of the embedded writer, read from the stories: `python training/hints.py`.

It counts for each family of sports in which orders its stories use facts, for each fact the words
and marks between which it stands, and all words.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from random import Random

from check_data import DATA, Row, read
from stridetale.draft import SLOT
from stridetale.sports import sport_of
from stridetale.wordlists import table
from stridetale.writers.hints import ANY, FILE, Hint

OUT = Path(__file__).parent.parent / "src" / "stridetale" / FILE
FROM_TITLE = 0.6
WITHOUT = 0.1
LEAST = 2
"""An order of facts and a word that fewer stories have is no model for others."""

PLAIN = "simple-*.jsonl"
"""The stories whose habits are the model's."""
USUAL = 3
"""A neighbour that a slot has seldomer is no model, either."""

_PARTS = re.compile(r"\{[a-z_]+\}|[A-Za-z]+(?:['-][A-Za-z]+)*|[.,;:!?]")
_WORD = re.compile(r"[a-z]+")
_ABOUT = frozenset(word for words in table("en/about.toml")["words"].values() for word in words)


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
    return {
        family: {order: count for order, count in sorted(some.items()) if count >= LEAST}
        for family, some in sorted(found.items())
    }


def neighbours(rows: Iterable[Row]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What stands right before and right after each slot; "." begins and ends a sentence."""
    before: defaultdict[str, Counter[str]] = defaultdict(Counter)
    after: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        parts = _PARTS.findall(row.body)
        around = zip([".", *parts], parts, [*parts[1:], "."], strict=False)
        for one, slot, other in around:
            if name := SLOT.fullmatch(slot):
                before[name[1]][_spelled(one)] += 1
                after[name[1]][_spelled(other)] += 1
    return _usual(before), _usual(after)


def words(rows: Iterable[Row]) -> list[str]:
    """The words in which the stories are written; slots and marks are none."""
    texts = (f"{row.title} . {row.body}" for row in rows)
    counts = Counter(
        part.casefold() for text in texts for part in _PARTS.findall(text) if part[0].isalpha()
    )
    return sorted(
        word for word, count in counts.items() if count >= LEAST and (len(word) > 1 or word == "a")
    )


def _spelled(part: str) -> str:
    return "." if part in {"?", "!"} else part.casefold()


def _usual(found: dict[str, Counter[str]]) -> dict[str, list[str]]:
    return {
        slot: sorted(part for part, count in parts.items() if count >= USUAL)
        for slot, parts in sorted(found.items())
    }


def _words_about(text: str) -> list[str]:
    return sorted(set(_WORD.findall(SLOT.sub(" ", text).casefold())) & _ABOUT)


def main() -> None:
    """Write the file that the package ships."""
    rows = [row for _, row in read(sorted(DATA.glob(PLAIN)))]
    before, after = neighbours(rows)
    found = {"orders": orders(rows), "before": before, "after": after, "words": words(rows)}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(rows)} stories read")


if __name__ == "__main__":
    main()
