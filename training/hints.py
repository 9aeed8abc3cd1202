"""The habits of the embedded writer, read from the stories: `python training/hints.py`.

It counts for each family of sports in which orders its stories use facts and for each sport what
they may be about, and brings along their titles and bodies, and what one sport may lend to another.
"""

import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random

from check_data import DATA, Row, read
from stridetale.draft import SLOT, Tone
from stridetale.sports import Sport, sport_of
from stridetale.wordlists import table
from stridetale.writers.habits import ANY, FILE, sentences_in, story_key, words_in
from stridetale.writers.hints import Hint

OUT = Path(__file__).parent.parent / "src" / "stridetale" / FILE
LEFT_OUT = Path(__file__).parent / "left_out.json"
"""Titles and sentences that we read and would not put into another story of their sport: those that
lean on their own ("The Letter"), those that a strict reader frowned at, and those of swims in a
pool, or in open water, alone."""
LENT = Path(__file__).parent / "lent.toml"
FROM_TITLE = 0.6
WITHOUT = 0.1
LEAST = 2
"""An order of facts, and a word to be about, that fewer stories have is no model for others."""

THREADS = "threads-*.jsonl"
"""Stories that one idea goes through: their first, third and last sentence stand together."""
PLAIN = ("literal-*.jsonl", "seeds.jsonl", THREADS)
"""The stories whose habits are the model's: each of their other sentences makes sense by itself."""

_WORD = re.compile(r"[a-z]+")
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


def stories(rows: Iterable[Row]) -> dict[str, dict[Tone, dict[str, str]]]:
    """The bodies by title, by sport and tone."""
    found: defaultdict[str, defaultdict[Tone, dict[str, str]]]
    found = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        found[story_key(_sport(row))][row.tone][row.title] = row.body
    return {
        key: {tone: dict(sorted(some.items())) for tone, some in sorted(by_tone.items())}
        for key, by_tone in sorted(found.items())
    }


def lent(rows: Iterable[Row]) -> list[str]:
    """The titles and sentences that a story of any sport may have."""
    table = tomllib.loads(LENT.read_text(encoding="utf-8"))
    words = frozenset(table["words"])
    in_titles = words - frozenset(table["not_in_titles"])
    found = set[str](table["also"])
    for row in rows:
        found.update(text for text in sentences_in(row.body) if words >= words_in(text))
        if in_titles >= words_in(row.title):
            found.add(row.title)
    return sorted(found.difference(table["left_out"]))


def threads() -> list[str]:
    """The titles of the stories that one idea goes through."""
    return sorted(row.title for _, row in read(sorted(DATA.glob(THREADS))))


def _sport(row: Row) -> Sport:
    return sport_of(str(row.activity.get("sport_type")))


def _often(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    """What enough stories have."""
    return {
        key: {one: count for one, count in sorted(found.items()) if count >= LEAST}
        for key, found in sorted(counts.items())
    }


def _words_about(text: str) -> list[str]:
    return sorted(set(_WORD.findall(SLOT.sub(" ", text).casefold())) & _ABOUT)


def main() -> None:
    """Write the file that the package ships."""
    rows = [row for form in PLAIN for _, row in read(sorted(DATA.glob(form)))]
    found = {
        "orders": orders(rows), "abouts": abouts(rows), "stories": stories(rows),
        "lent": lent(rows), "threads": threads(),
        **json.loads(LEFT_OUT.read_text(encoding="utf-8")),
    }  # fmt: skip
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(rows)} stories")


if __name__ == "__main__":
    main()
