"""Damage every recording of a folder in many ways, and read what is left.

Run: python bench/mutations.py FOLDER [--count 1000] [--first 0]

Prints how many were read and how many refused, by the kind of the refusal, the slowest one, and
how the memory of the process grew. Ends with 1 where anything but a refusal in our own words came
out, where one took longer than two seconds, or where the memory grew by more than 50 MB once warm.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from files.mutations import mutated
from stridetale.errors import StridetaleError
from stridetale.files import read_activities

SLOWEST_S = 2.0
WARM_AFTER = 100
MOST_GROWTH_MB = 50


def main() -> int:
    """Do the damage, and say what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path, help="with recordings")
    options.add_argument("--count", type=int, default=1_000, help="of mutations")
    options.add_argument("--first", type=int, default=0, help="seed")
    said = options.parse_args()
    files = sorted(path for path in said.folder.iterdir() if path.is_file())
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "", 0)
    memory_mb = []
    for seed in range(said.first, said.first + said.count):
        file = files[seed % len(files)]
        damaged = mutated(file.read_bytes(), seed)
        began = time.perf_counter()
        outcomes[outcome(damaged, file.name, seed)] += 1
        slowest = max(slowest, (time.perf_counter() - began, file.name, seed))
        memory_mb.append(psutil.Process().memory_info().rss / 2**20)
    growth_mb = memory_mb[-1] - memory_mb[min(WARM_AFTER, len(memory_mb) - 1)]
    print(f"{said.count} mutations of {len(files)} files: {dict(outcomes.most_common())}")
    print(f"slowest: {slowest[0]:.2f} s ({slowest[1]}, seed {slowest[2]})")
    print(f"memory: {max(memory_mb):.0f} MB at most, {growth_mb:+.0f} MB once warm")
    return int(outcomes["traceback"] > 0 or slowest[0] > SLOWEST_S or growth_mb > MOST_GROWTH_MB)


def outcome(damaged: bytes, name: str, seed: int) -> str:
    """What came of one."""
    try:
        list(read_activities(damaged, name=name))
    except StridetaleError as exc:
        return exc.kind
    except Exception as exc:  # noqa: BLE001 (to be counted is what this is for)
        print(f"seed {seed}, {name}: {exc!r}")
        return "traceback"
    return "read"


if __name__ == "__main__":
    sys.exit(main())
