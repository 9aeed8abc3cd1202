"""The hints of the embedded writer, read from the stories: `python training/hints.py`.

For each family of sports: in which orders its stories use facts, and the words that they turn on.
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
from stridetale.writers.hints import FILE, Hint

OUT = Path(__file__).parent.parent / "src" / "stridetale" / FILE
ANY = "any"
LEAST, MOST = 3, 0.03
"""A word of a hint stands in so many stories at least, in at most this share of them, and in some
title: what a story can be about."""
FAMILIES = 4
"""A word that stands in the stories of so many families serves all."""
FROM_TITLE = 0.6
WITHOUT = 0.1
SHORTEST = 4

_WORD = re.compile(r"[a-z]+")


def words_of(text: str) -> set[str]:
    """The plain words of a text that are long enough to be about something."""
    return {word for word in _WORD.findall(SLOT.sub(" ", text).casefold()) if len(word) >= SHORTEST}


def vocabulary(rows: Iterable[Row]) -> dict[str, Counter[str]]:
    """The words that may be hinted at, by family of sports and for all, with their stories."""
    rows = list(rows)
    counts = Counter(word for row in rows for word in words_of(f"{row.title} {row.body}"))
    titled = {word for row in rows for word in words_of(row.title)}
    good = {word for word in titled if LEAST <= counts[word] <= MOST * len(rows)}
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        family = sport_of(str(row.activity.get("sport_type"))).family
        found[family].update(words_of(f"{row.title} {row.body}") & good)
    spread = Counter(word for words in found.values() for word in words)
    found[ANY] = Counter({word: counts[word] for word in good if spread[word] >= FAMILIES})
    return found


def hint_of(row: Row, words: dict[str, Counter[str]], rng: Random) -> Hint:
    """The hint for which a story is the answer: another one each time."""
    family = sport_of(str(row.activity.get("sport_type"))).family
    usual = set(words[family]) | set(words[ANY])
    title, body = (sorted(words_of(text) & usual) for text in (row.title, row.body))
    some = title if title and rng.random() < FROM_TITLE else title + body
    about = rng.choice(some) if some and rng.random() >= WITHOUT else None
    return Hint(tuple(SLOT.findall(row.body)), about)


def main() -> None:
    """Write the file that the package ships."""
    rows = [row for _, row in read(sorted(DATA.glob("*.jsonl")))]
    orders: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        family = sport_of(str(row.activity.get("sport_type"))).family
        for key in (family, ANY):
            orders[key][" ".join(SLOT.findall(row.body))] += 1
    about = {
        family: {word: count for word, count in sorted(words.items()) if count >= LEAST}
        for family, words in sorted(vocabulary(rows).items())
    }
    told = {"slots": {key: dict(sorted(found.items())) for key, found in orders.items()}}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({**told, "about": about}, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT}: {sum(map(len, orders.values()))} orders, {sum(map(len, about.values()))} words")


if __name__ == "__main__":
    main()
