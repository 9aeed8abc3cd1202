"""How fast events are answered: `python bench/webhook.py [--events N] [--athletes N]`.

A service in a process of its own with a sandbox of Strava; so many athletes sign in, and while
their 30 activities each come in and are told (by the composer), events of all of them arrive one
after the other, as Strava sends them. Beside it, in the same run, `/healthz`, which does nothing.
An event is answered when it is on the disk; 200 ms is the goal, Strava waits two seconds.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx2

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from sandboxes import a_sandbox
from strava.crowds import SUBSCRIPTION, Member, Service, a_service, keep_subscription

UNLIMITED = {"overall": (10**9, 10**9), "read": (10**9, 10**9)}
FIRST = 1001


async def measured(service: Service, members: list[Member], events: int) -> None:
    """Send the events while the activities come in, and print how long they took."""
    async with httpx2.AsyncClient(base_url=service.url, timeout=60) as http:
        for member in members:
            async with member.client() as browser:
                await member.sign_in(browser)
        busy = [asyncio.create_task(bring(member)) for member in members]
        nothing, kept = [], []
        for number in range(events):
            nothing.append(await seconds(http, "GET", "/healthz", None))
            kept.append(await seconds(http, "POST", "/strava/webhook", event(members, number)))
        still = sum(not task.done() for task in busy)
        await asyncio.gather(*busy)
    print(f"{events} events, {still} of {len(members)} imports still running at the end")
    show("/healthz", nothing)
    show("/strava/webhook", kept)
    print(f"ratio of the medians: {statistics.median(kept) / statistics.median(nothing):.1f}")


async def bring(member: Member) -> None:
    """Have the service bring and tell everything."""
    async with member.client() as http:
        page = await member.asked(http, "POST", "/activities/?limit=30")
        for entry in page["entries"]:
            await member.asked(http, "PUT", f"/activities/{entry['activity']['id']}/")


def event(members: list[Member], number: int) -> dict[str, object]:
    """One that was not sent before."""
    member = members[number % len(members)]
    return {
        "object_type": "activity", "object_id": member.own[number % 30], "aspect_type": "update",
        "owner_id": member.athlete, "subscription_id": SUBSCRIPTION,
        "event_time": 1_700_000_000 + number, "updates": {"title": "Another"},
    }  # fmt: skip


async def seconds(http: httpx2.AsyncClient, method: str, path: str, body: object) -> float:
    """How long the answer took."""
    began = time.perf_counter()
    answer = await http.request(method, path, json=body)
    answer.raise_for_status()
    return time.perf_counter() - began


def show(name: str, taken: list[float]) -> None:
    """Print the spread of some times."""
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"{name:16} 50%: {1000 * cuts[49]:6.1f} ms   95%: {1000 * cuts[94]:6.1f} ms   "
        f"99%: {1000 * cuts[98]:6.1f} ms   most: {1000 * max(taken):6.1f} ms"
    )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--athletes", type=int, default=8)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, a_sandbox(**UNLIMITED) as sandbox:
        folder = Path(name)
        asyncio.run(keep_subscription(folder))
        with a_service(sandbox, folder) as service:
            members = [Member(FIRST + n, sandbox, service.url) for n in range(chosen.athletes)]
            asyncio.run(measured(service, members, chosen.events))


if __name__ == "__main__":
    main()
