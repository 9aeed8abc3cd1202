"""How soon Stridetale is there, and how much memory it holds: `python bench/start.py [FILE]`.

Measured in one run, on the machine that runs it: the least of five starts of `--help` beside the
least of five of the bare interpreter; the time from the start of `serve` to an answer of /healthz;
the time of `write FILE`, start of the process included; the memory of the service after it has
told a story with the embedded model. Everything is on loopback and ends by itself.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

STRIDETALE = [sys.executable, "-m", "stridetale"]
TIMES = 5
PATIENCE_S = 60.0
T = TypeVar("T")


def main() -> None:
    """Measure and print one object of JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", nargs="?", type=Path, help="a recording to write of")
    file: Path | None = options.parse_args().file
    bare = min(seconds_of([sys.executable, "-c", "pass"]) for _ in range(TIMES))
    helped = min(seconds_of([*STRIDETALE, "--help"]) for _ in range(TIMES))
    result = {"python_s": bare, "help_s": helped, "help_to_python": helped / bare}
    if file is not None:
        result["write_s"] = min(seconds_of([*STRIDETALE, "write", str(file)]) for _ in range(3))
    with tempfile.TemporaryDirectory() as folder:
        result |= serving(Path(folder), file)
    print(json.dumps({name: round(value, 3) for name, value in result.items()}, indent=2))


def seconds_of(command: list[str]) -> float:
    """How long a command runs."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
    return time.perf_counter() - began


def serving(folder: Path, file: Path | None) -> dict[str, float]:
    """How soon the service answers, and its memory before and after a story."""
    if file is not None:
        seconds_of([*STRIDETALE, "import", str(file), "--data", str(folder)])
    with tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        service = subprocess.Popen(
            [*STRIDETALE, "serve", "--port", "0", "--data", str(folder)],
            stderr=log, env=os.environ | {"STRIDETALE_LOG_FORMAT": "json"},
        )  # fmt: skip
        try:
            address = wait_for(lambda: address_in(log))
            wait_for(lambda: answers(f"{address}healthz"))
            result = {"healthz_s": time.perf_counter() - began, "idle_mb": memory_mb(service)}
            if file is not None:
                tell_newest(address)
                result["told_mb"] = memory_mb(service)
        finally:
            service.terminate()
            service.wait(PATIENCE_S)
    return result


def address_in(log: object) -> str | None:
    """The address that the service says it is at, as soon as it does."""
    fd = log.fileno()  # type: ignore[attr-defined] # a temporary file, of no nameable type
    text = os.pread(fd, 65_536, 0).decode()
    return next((word for word in text.split() if word.startswith("http://")), None)


def answers(url: str) -> bool:
    """Whether the address answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_for(look: Callable[[], T | None]) -> T:
    """What `look` finds, as soon as it finds something."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.01)
    raise TimeoutError


def tell_newest(address: str) -> None:
    """Tell the story of the newest activity with the embedded model."""
    with urllib.request.urlopen(f"{address}activities/?limit=1", timeout=30) as answer:
        [entry] = json.load(answer)["entries"]
    request = urllib.request.Request(
        f"{address}activities/{entry['activity']['id']}/", method="PUT"
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        json.load(answer)


def memory_mb(service: subprocess.Popen[bytes]) -> float:
    """The resident memory of the service, in MB."""
    return psutil.Process(service.pid).memory_info().rss / 1e6


if __name__ == "__main__":
    main()
