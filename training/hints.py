"""The hints of the embedded writer, read from the stories: `python training/hints.py`.

It counts for each family of sports in which orders its stories use facts.
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
"""An order of facts that fewer stories have is no model for others."""

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


def _words_about(text: str) -> list[str]:
    return sorted(set(_WORD.findall(SLOT.sub(" ", text).casefold())) & _ABOUT)


def main() -> None:
    """Write the file that the package ships."""
    rows = (row for _, row in read(sorted(DATA.glob("*.jsonl"))))
    found = orders(rows)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT}: {sum(map(len, found.values()))} orders")


if __name__ == "__main__":
    main()
