"""Loads, writes, closes; prints what it saw as JSON. Run in a process of its own."""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from contextlib import aclosing

import psutil

from builders import facts_like
from stridetale.story import Wish, Written
from stridetale.writers.embedded import EmbeddedWriter
from stridetale.writers.weights import shipped_adapter


def interrupted(signum: int, _frame: object) -> None:
    signals.append(signum)


process = psutil.Process()
signals: list[int] = []
seen: dict[str, object] = {"signals": signals}


def megabytes() -> float:
    return process.memory_info().rss / 1e6


async def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    writer = EmbeddedWriter(lora=shipped_adapter())
    began = time.perf_counter()
    await writer.warm_up()
    seen["load_s"] = time.perf_counter() - began
    facts = facts_like()
    async with aclosing(writer.drafts(facts, Wish(), count=4, seed=1)) as drafts:
        seen["written"] = sum([isinstance(step, Written) async for step in drafts])
    seen["loaded_mb"] = megabytes()
    seen["listening"] = len(process.net_connections("inet"))
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), number)
    await writer.close()
    seen["closed_mb"] = megabytes()
    await asyncio.sleep(0.1)
    seen["threads"] = [one.name for one in threading.enumerate()]


asyncio.run(main())
json.dump(seen, sys.stdout)
