"""Check the stories of the training data: `python training/check_data.py [--only FILE]`.

Each line of `training/data/*.jsonl` is one story, written by hand, in slot form, with the activity
that it was written for. A story must pass grounding for that activity, have 40 to 60 words and a
title of 2 to 6, and share no run of 8 words with any other; no run of 4 words may stand in more
than 2% of all stories, and no title twice. Exit 1 where something is wrong.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from stridetale.activity import Activity, Frozen
from stridetale.draft import SLOT, Draft, Tone, count_words, say_title
from stridetale.facts import facts_of
from stridetale.grounding import contradictions
from stridetale.saying import Style

DATA = Path(__file__).parent / "data"
SHARED_RUN = 8
PET_RUN = 4
PET_SHARE = 0.02
PET_LEAST = 5
"""A run of words in fewer stories than this is no pet phrase, however few stories there are."""


class Row(Frozen):
    """One story with the activity that it was written for."""

    tone: Tone
    title: str
    body: str
    activity: dict[str, Any]
    """Fields of `stridetale.activity.Activity`; id, source and start have defaults."""

    @property
    def draft(self) -> Draft:
        """The story in slot form."""
        return Draft(title=self.title, body=self.body)

    def made(self) -> Activity:
        """The activity."""
        return Activity.model_validate(
            {
                "id": "1",
                "source": {"kind": "invented", "name": "training"},
                "start": "2026-05-05T07:30:00Z",
                "timezone": "UTC",
            }
            | self.activity
        )


def main() -> int:
    """Check all files, and print what is wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", type=Path, help="print only what concerns this file")
    only: Path | None = options.parse_args().only
    rows = dict(read(sorted(DATA.glob("*.jsonl"))))
    wrong = [*each(rows), *shared(rows), *pets(rows), *titles(rows)]
    shown = [line for line in wrong if only is None or f"{only.name}:" in line]
    print("\n".join(shown))
    tones = Counter(row.tone for row in rows.values())
    sports = Counter(str(row.activity.get("sport_type")) for row in rows.values())
    print(f"{len(rows)} stories, {len(wrong)} complaints ({len(shown)} shown)")
    print(dict(tones), dict(sports.most_common()))
    return bool(wrong)


def read(files: Iterable[Path]) -> Iterator[tuple[str, Row]]:
    """The stories of these files by "file:line"."""
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{file.name}:{number}", Row.model_validate(json.loads(line))


def each(rows: dict[str, Row]) -> Iterator[str]:
    """What is wrong with a story by itself, in metric and in imperial units."""
    for where, row in rows.items():
        for style in (Style(), Style("en_US", "imperial")):
            facts = facts_of(row.made(), style)
            found = contradictions(row.draft, facts)
            yield from (f"{where}: {one.kind}: {one.said!r}" for one in found)
            if not 2 <= count_words(say_title(row.draft, facts)) <= 6:  # noqa: PLR2004 (as asked)
                yield f"{where}: the title has not 2 to 6 words: {row.title}"


def shared(rows: dict[str, Row]) -> Iterator[str]:
    """Runs of words that two stories share."""
    seen: dict[tuple[str, ...], str] = {}
    for where, row in rows.items():
        for run in runs(row.body, SHARED_RUN):
            other = seen.setdefault(run, where)
            if other != where:
                yield f"{where}: shares with {other}: {' '.join(run)}"


def pets(rows: dict[str, Row]) -> Iterator[str]:
    """Runs of words that stand in too many stories."""
    found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for where, row in rows.items():
        for run in set(runs(row.body, PET_RUN)):
            found[run].append(where)
    most = max(PET_LEAST, int(len(rows) * PET_SHARE))
    for run, places in found.items():
        if len(places) > most:
            yield f"pet phrase, {len(places)} times ({', '.join(places[:40])}): {' '.join(run)}"


def titles(rows: dict[str, Row]) -> Iterator[str]:
    """Titles that stand twice."""
    seen: dict[str, str] = {}
    for where, row in rows.items():
        other = seen.setdefault(row.title.casefold(), where)
        if other != where:
            yield f"{where}: the title of {other}: {row.title}"


def runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    """Runs of so many words; a slot is a word."""
    words = [word.strip(".,;:!?'\"()").casefold() for word in SLOT.sub(r"\1", text).split()]
    yield from zip(*(words[start:] for start in range(length)), strict=False)


if __name__ == "__main__":
    sys.exit(main())
