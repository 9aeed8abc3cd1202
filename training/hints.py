"""The habits of the embedded writer, read from the stories: `python training/hints.py`.

It counts for each family of sports in which orders its stories use facts, and notes for each word,
mark and slot what stands behind it. Takes half a minute, most of it for what pairs of words claim.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

from check_data import DATA, Row, read
from stridetale.draft import SLOT
from stridetale.facts import facts_of
from stridetale.grounding import is_sayable
from stridetale.invented import invented_activities
from stridetale.sports import sport_of
from stridetale.wordlists import table
from stridetale.writers.habits import ANY, BEHIND, EDGE, FILE, written
from stridetale.writers.hints import Hint

Pairs = dict[str, str]
"""For a part all that stand behind it."""

OUT = Path(__file__).parent.parent / "src" / "stridetale" / FILE
FROM_TITLE = 0.6
WITHOUT = 0.1
LEAST = 2
"""An order of facts and a word that fewer stories have is no model for others."""

PLAIN = ("literal-*.jsonl", "simple-*.jsonl", "seeds.jsonl")
"""The stories whose habits are the model's."""
USUAL = 3
"""A neighbour that a slot has seldomer is no model, either."""
KINDS = {
    "ride": "wheels", "wheelchair": "wheels", "run": "foot", "walk": "foot", "hike": "foot",
    "golf": "foot", "swim": "swim", "row": "boat", "paddle": "boat", "wind": "wind", "wave": "wind",
    "snow": "snow", "skate": "snow", "court": "court", "gym": "floor", "mat": "floor",
    "climb": "floor",
}  # fmt: skip
"""Families of sports with the same words, and what they are called together."""
LEADS = frozenset({"was", "were", "at"})
"""What they lead to depends on what they stand behind."""
ACTIVITIES = 65
"""Of which pairs of words are tried, one of each sport."""

_NEEDY = frozenset(
    slot for slot, rules in table("en/slots.toml").items()
    if isinstance(rules, dict) and rules["needs_with"]
)  # fmt: skip
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


def follows(texts: Sequence[tuple[str, str]], words: frozenset[str]) -> dict[str, Pairs]:
    """What stands behind each word, mark and slot, in such texts and words.

    Of a word right behind a slot, and of those that may lead to a number which needs its context
    ("speed was {max_speed}"), it matters what they stand behind themselves: see `habits.Follows`.

    Args:
        texts: each with the kind of sports that it is about.
        words: others are left out.

    Returns:
        By kind of sports what stands so in their stories alone; under `ANY` what does in those of
        several kinds.
    """
    told = [(kind, [EDGE, *map(_spelled, _PARTS.findall(text)), EDGE]) for kind, text in texts]
    usual = Counter(pair for _, parts in told for pair in pairwise(parts))
    kinds: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, parts in told:
        states = [EDGE, *(_state(pair, usual) for pair in pairwise(parts))]
        for one, other, state, then in zip(parts, parts[1:], states, states[1:], strict=False):
            if not (_known(one, words) and _known(other, words)):
                continue
            if "{" not in one + other or usual[one, other] >= USUAL:
                kinds[state, then].add(kind)
                if one not in LEADS or other[1:-1] not in _NEEDY:
                    kinds[one, then].add(kind)
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (one, other), where in sorted(kinds.items()):
        found[min(where) if len(where) == 1 else ANY][one].append(other)
    return {kind: {one: " ".join(behind) for one, behind in pairs.items()}
            for kind, pairs in sorted(found.items())}  # fmt: skip


def _state(pair: tuple[str, str], usual: Counter[tuple[str, str]]) -> str:
    """The second of a pair, with the first one where that matters."""
    one, other = pair
    matters = one[0] == "{" or (other in LEADS and usual[pair] >= USUAL)
    alone = other == EDGE or other[0] == "{" or not matters
    return other if alone else f"{other}{BEHIND}{one}"


def words_of(rows: Iterable[Row]) -> frozenset[str]:
    """The words in which the stories are written; slots and marks are none."""
    texts = (f"{row.title} . {row.body}" for row in rows)
    counts = Counter(
        part.casefold() for text in texts for part in _PARTS.findall(text) if part[0].isalpha()
    )
    return frozenset(
        word for word, count in counts.items() if count >= LEAST and (len(word) > 1 or word == "a")
    )


def watched(pairs: set[str]) -> list[str]:
    """The pairs of words that claim something by themselves, at least of some activity."""
    found: set[str] = set()
    for activity in invented_activities(count=ACTIVITIES, seed=1):
        facts = facts_of(activity)
        words = {word for pair in pairs - found for word in pair.split()}
        fine = {word for word in words if is_sayable(word, facts)}
        found |= {
            pair
            for pair in pairs - found
            if fine.issuperset(pair.split()) and not is_sayable(pair, facts)
        }
    return sorted(found)


def _spelled(part: str) -> str:
    return EDGE if part in {"?", "!", "."} else part


def _known(part: str, words: frozenset[str]) -> bool:
    return not part[0].isalpha() or part.casefold() in words


def _words_about(text: str) -> list[str]:
    return sorted(set(_WORD.findall(SLOT.sub(" ", text).casefold())) & _ABOUT)


def main() -> None:
    """Write the file that the package ships."""
    rows = [row for form in PLAIN for _, row in read(sorted(DATA.glob(form)))]
    words = words_of(rows)
    kinds = [KINDS.get(sport_of(str(row.activity.get("sport_type"))).family, ANY) for row in rows]
    told = list(zip(kinds, rows, strict=True))
    body = follows([(kind, row.body.casefold()) for kind, row in told], words)
    titles = [(kind, row.title) for kind, row in told if "{" not in row.title]
    title = follows(titles, words)
    pairs = {
        f"{written(one)} {written(other)}".casefold()
        for part in (*body.values(), *title.values())
        for one, others in part.items()
        for other in others.split()
        if one[0].isalpha() and other[0].isalpha()
    }
    found = {
        "orders": orders(rows), "words": sorted(words), "watched": watched(pairs),
        "kinds": KINDS, "body": body, "title": title,
    }  # fmt: skip
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{OUT}: {len(rows)} stories read, {len(words)} words, {len(pairs)} pairs of them")


if __name__ == "__main__":
    main()
