"""Merges in a process of its own: BASE ADAPTER FOLDER plain|slow|full. Prints what happens."""

import resource
import sys
import time
from pathlib import Path

from stridetale.errors import WeightsUnusable
from stridetale.writers.merging import merged

base, adapter, folder = map(Path, sys.argv[1:4])
how = sys.argv[4]


def progress(done: int, total: int) -> bool:
    if how == "slow" and 1 < done < total:
        sys.stdout.write("half\n")
        sys.stdout.flush()
        time.sleep(60)
    return False


if how == "full":  # no file of this process may grow beyond this
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
try:
    sys.stdout.write(merged(base, adapter, "Q8_0", folder, progress).name)
except WeightsUnusable as exc:
    sys.stdout.write(exc.detail)
