"""How fast and how well the embedded writer drafts: `python bench/writer.py [--at-once 4] …`.

Measured in one run, on the machine that runs it: seconds to load, to the first finished draft and
to all of them, tokens a second, memory; how many drafts grounding lets pass. It drafts for four
invented activities and ends by itself: after `--seconds` at the latest, plus one wave.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import psutil

from stridetale.activity import Activity, ActivityId, Source
from stridetale.facts import Facts, facts_of
from stridetale.grounding import contradictions
from stridetale.story import Wish, Writing, Written
from stridetale.writers.embedded import EmbeddedWriter
from stridetale.writers.merging import KIND, Kind, Merging
from stridetale.writers.weights import shipped_adapter

ACTIVITIES: tuple[dict[str, Any], ...] = (
    {"sport_type": "Ride", "distance_m": 42_345.0, "moving_time_s": 7_380.0,
     "elevation_gain_m": 354.0, "max_speed_mps": 18.6},
    {"sport_type": "Run", "distance_m": 8_400.0, "moving_time_s": 2_460.0,
     "elevation_gain_m": 54.0, "max_speed_mps": 4.4},
    {"sport_type": "Swim", "distance_m": 1_800.0, "moving_time_s": 2_340.0},
    {"sport_type": "Hike", "distance_m": 12_800.0, "moving_time_s": 14_340.0,
     "elevation_gain_m": 840.0},
)  # fmt: skip


@dataclass
class Measured:
    """What was seen of all drafts."""

    first_s: list[float] = field(default_factory=list)
    all_s: list[float] = field(default_factory=list)
    tokens: int = 0
    drafts: int = 0
    passed: int = 0


def main() -> None:
    """Measure and print one object of JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--at-once", type=int, default=1, help="candidates of one wave")
    options.add_argument("--drafts", type=int, default=1, help="for each activity")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seconds", type=float, default=60.0, help="after which it ends")
    options.add_argument("--model", type=Path, help="a GGUF file, in place of the bundled one")
    options.add_argument("--lora", type=Path, help="a GGUF LoRA adapter, in place of ours")
    kinds = [*get_args(Kind), "none"]
    options.add_argument("--kind", choices=kinds, default=KIND, help="none: nothing is merged")
    options.add_argument("--show", action="store_true", help="print the drafts, too")
    chosen = options.parse_args()
    print(json.dumps(asyncio.run(measure(chosen)), indent=2))


class Quiet:
    """Hears how the model is prepared, and says nothing unless it cannot be."""

    def preparing(self, done: int, total: int) -> None:
        """Nothing to say."""

    def unprepared(self, why: str) -> None:
        """Without it the figures would mean something else."""
        raise SystemExit(why)


def writer_of(chosen: argparse.Namespace, folder: Path) -> EmbeddedWriter:
    """The writer that the options ask for; what is merged lies in the folder."""
    return EmbeddedWriter(
        model=chosen.model,
        lora=chosen.lora or (shipped_adapter() if chosen.model is None else None),
        merging=None if chosen.kind == "none" else Merging(folder, Quiet(), chosen.kind),
        threads=chosen.threads,
        at_once=chosen.at_once,
    )


async def measure(chosen: argparse.Namespace) -> dict[str, Any]:
    """Load once, draft for each activity, close."""
    with tempfile.TemporaryDirectory() as folder:
        return await measured_of(writer_of(chosen, Path(folder)), chosen)


async def measured_of(writer: EmbeddedWriter, chosen: argparse.Namespace) -> dict[str, Any]:
    """What is seen of this writer; it is closed then."""
    began = time.perf_counter()
    await writer.warm_up()
    load_s = time.perf_counter() - began
    measured = Measured()
    for number, activity in enumerate(ACTIVITIES):
        if time.perf_counter() - began < chosen.seconds:
            await draft(writer, facts(activity), chosen, seed=100 * number, into=measured)
    memory = psutil.Process().memory_info().rss
    await writer.close()
    return {
        "author": writer.author.model_dump(),
        "at_once": chosen.at_once,
        "load_s": round(load_s, 2),
        "first_draft_s": middle(measured.first_s),
        f"{chosen.drafts}_drafts_s": middle(measured.all_s),
        "tokens_per_s": round(measured.tokens / sum(measured.all_s)),
        "memory_mb": round(memory / 1e6),
        "drafts": measured.drafts,
        "passed": measured.passed,
    }


async def draft(
    writer: EmbeddedWriter,
    of: Facts,
    chosen: argparse.Namespace,
    *,
    seed: int,
    into: Measured,
) -> None:
    """Draft for one activity and note what was seen."""
    began, first = time.perf_counter(), 0.0
    async with aclosing(writer.drafts(of, Wish(), count=chosen.drafts, seed=seed)) as drafts:
        async for step in drafts:
            if isinstance(step, Writing):
                into.tokens += step.tokens
            if isinstance(step, Written):
                first = first or time.perf_counter() - began
                found = contradictions(step.draft, of)
                into.drafts += 1
                into.passed += not found
                if chosen.show:
                    marks = ", ".join(sorted({one.kind for one in found})) or "passes"
                    print(f"[{marks}] {step.draft.title} // {step.draft.body}")
    into.first_s.append(first)
    into.all_s.append(time.perf_counter() - began)


def facts(fields: dict[str, Any]) -> Facts:
    """Of an invented activity on a Tuesday morning."""
    start = datetime(2026, 5, 5, 7, 30, tzinfo=UTC)
    source = Source(kind="invented", name="bench")
    return facts_of(
        Activity(id=ActivityId("1"), source=source, start=start, timezone="UTC", **fields)
    )


def middle(values: list[float]) -> float:
    """The median."""
    return round(statistics.median(values), 2)


if __name__ == "__main__":
    main()
