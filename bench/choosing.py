"""What would be told of many drafts, best first: `python bench/choosing.py [--drafts 64] …`.

For calibrating `Budget.clearly_good` and the weights in `stridetale.choosing`: one line for each
draft with its points, their parts, what grounding found and its text, then how many drafts may be
told, and what stopping would have saved.
Read the lines from the top: `clearly_good` belongs where the first one makes you frown.
It ends by itself: after `--seconds` at the latest, plus one wave.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from writer import ACTIVITIES, facts, writer_of

from stridetale.choosing import Score, beginning, final_contradictions, rank
from stridetale.draft import Draft, Tone, say_body, say_title
from stridetale.facts import Facts
from stridetale.grounding import contradictions
from stridetale.story import Budget, Wish, Writing, Written
from stridetale.writers.embedded import EmbeddedWriter
from stridetale.writers.merging import KIND

TONES: tuple[Tone, ...] = ("plain", "warm", "funny", "epic")


@dataclass(frozen=True)
class Row:
    """A draft that was finished."""

    draft: Draft
    of: Facts
    kinds: tuple[str, ...]
    """What grounding found."""
    score: Score
    false_at: float | None
    """The share of it after which it could have been stopped for what it says."""

    @property
    def told(self) -> bool:
        """Whether it could be told, were there no bounds."""
        return not self.kinds and not self.score.faults


def main() -> None:
    """Draft and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--drafts", type=int, default=64, help="of all activities together")
    options.add_argument("--at-once", type=int, default=1, help="candidates of one wave")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seconds", type=float, default=120.0, help="after which it ends")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--model", type=Path, help="a GGUF file, in place of the bundled one")
    options.add_argument("--lora", type=Path, help="a GGUF LoRA adapter")
    options.add_argument("--kind", default=KIND, help="what both are merged into, or none")
    rows = asyncio.run(collect(options.parse_args()))
    for row in sorted(rows, key=lambda row: (row.told, row.score.points), reverse=True):
        print(line(row))
    print(summary(rows, Budget()))


async def collect(chosen: argparse.Namespace) -> list[Row]:
    """The drafts of one wave after another, each of another activity and tone."""
    with tempfile.TemporaryDirectory() as folder:
        return await collected(writer_of(chosen, Path(folder)), chosen)


async def collected(writer: EmbeddedWriter, chosen: argparse.Namespace) -> list[Row]:
    """The drafts of this writer; it is closed then."""
    await writer.warm_up()
    rows: list[Row] = []
    end, wave = time.perf_counter() + chosen.seconds, 0
    while len(rows) < chosen.drafts and time.perf_counter() < end:
        of = facts(ACTIVITIES[wave % len(ACTIVITIES)])
        tone = TONES[wave // len(ACTIVITIES) % len(TONES)]
        seed = chosen.seed + wave * chosen.at_once
        rows += await draft(writer, of, tone, count=chosen.at_once, seed=seed)
        wave += 1
    await writer.close()
    return rows


async def draft(
    writer: EmbeddedWriter, of: Facts, tone: Tone, *, count: int, seed: int
) -> list[Row]:
    """One wave, none of which is stopped."""
    rows: list[Row] = []
    false_at: dict[int, int] = {}
    async with aclosing(writer.drafts(of, Wish(tone=tone), count=count, seed=seed)) as drafts:
        async for step in drafts:
            match step:
                case Writing(candidate, text):
                    begun = beginning(text, of)
                    if begun is not None and (
                        final_contradictions(begun, of) or rank(begun, of).faults
                    ):
                        false_at.setdefault(candidate, len(text))
                case Written(candidate, whole):
                    kinds = tuple(sorted({one.kind for one in contradictions(whole, of)}))
                    score = rank(whole, of)
                    length = len(whole.title) + 1 + len(whole.body)
                    at = false_at[candidate] / length if candidate in false_at else None
                    rows.append(Row(whole, of, kinds, score, at))
    return rows


def line(row: Row) -> str:
    """The parts of a score and the text."""
    score = row.score
    parts = [*score.faults]
    parts += [f"echo: {echo}" for echo in score.echoes]
    parts += [f"false: {', '.join(row.kinds)}"] if row.kinds else []
    said = f"{say_title(row.draft, row.of)} // {say_body(row.draft, row.of)}"
    return f"{'+' if row.told else '-'} {score.points:6.2f} ({'; '.join(parts)})\n    {said}"


def summary(rows: Sequence[Row], budget: Budget) -> str:
    """How many drafts may be told, and what stopping saves."""
    told = [row for row in rows if row.told]
    good = sum(row.score.points >= budget.clearly_good for row in told)
    false = [row.false_at for row in rows if row.false_at is not None]
    saved = sum(1 - at for at in false) / len(rows) if rows else 0.0
    return (
        f"{len(rows)} drafts, {len(told)} true and without a fault.\n"
        f"Of these, clearly good (points >= {budget.clearly_good}): {good}.\n"
        f"False before their end: {len(false)}; stopped there, {saved:.0%} of all text is saved."
    )


if __name__ == "__main__":
    main()
