"""A service in a process of its own, and athletes who all come at once."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx2
import psutil
from pydantic import SecretStr

import watch
from sandboxes import BACK, Sandbox
from stridetale.services import open_store
from stridetale.strava.events import Subscription, Subscriptions
from stridetale.strava.sandbox.world import FIRST_ACTIVITY, FIRST_ATHLETE

SCOPES = "read,activity:read,activity:read_all"
START_S = 60.0
MOST_TRIES = 30
"""After so many faults of Strava's in a row it is not Strava."""
SUBSCRIPTION = 7001
FAULTS = ("500", "503", "cut", "malformed", "401")


@dataclass
class Service:
    """`stridetale serve` in a process of its own."""

    url: str
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)

    @property
    def memory_mb(self) -> float:
        """What it holds now (resident, unshared)."""
        held: int = psutil.Process(self.process.pid).memory_full_info().uss
        return held / 2**20


@contextmanager
def a_service(sandbox: Sandbox, folder: Path, port: int = 0) -> Iterator[Service]:
    """The service on this folder, with this sandbox; killed in the end."""
    settings = {
        "DATA_DIR": str(folder), "WRITER": "composer", "STRAVA_CLIENT_ID": sandbox.terms.client_id,
        "STRAVA_CLIENT_SECRET": sandbox.terms.client_secret, "STRAVA_DATA_POLICY": "personal",
        "STRAVA_API_URL": sandbox.api, "STRAVA_OAUTH_URL": sandbox.oauth, "STRAVA_UPDATES": "off",
        "LOG_LEVEL": "debug",
    }  # fmt: skip
    own = {f"STRIDETALE_{name}": value for name, value in settings.items()}
    others = {name: value for name, value in os.environ.items() if "STRIDETALE" not in name}
    log = folder / f"log-{time.monotonic_ns()}"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "stridetale", "serve", "--port", str(port)],
            stdout=written, stderr=written, env={**others, **own, "COLUMNS": "200"}, cwd=folder,
        )  # fmt: skip
    service = Service("", process)
    try:
        service.url = _address(log, process)
        yield service
    finally:
        service.kill()
        assert not watch.leaks(log.read_text(encoding="utf-8"))


def _address(log: Path, process: "subprocess.Popen[bytes]") -> str:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        words = log.read_text(encoding="utf-8").split()
        found = next((word for word in words if word.startswith("http://127")), None)
        if found is not None and _answers(found):
            return found.rstrip("/")
        time.sleep(0.02)
    raise AssertionError(log.read_text(encoding="utf-8"))


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}readyz", timeout=5).status_code == httpx2.codes.OK
    except httpx2.HTTPError:
        return False


async def keep_subscription(folder: Path) -> None:
    """As if Strava had confirmed it."""
    store = await open_store(SecretStr(f"sqlite://{folder / 'stridetale.db'}"))
    kept = Subscription(verify_token="v", number=SUBSCRIPTION)  # noqa: S106 (nobody asks for it)
    await Subscriptions(store).put(kept)
    await store.close()


@dataclass
class Member:
    """An athlete, and what the service has acknowledged to them."""

    athlete: int
    sandbox: Sandbox
    url: str
    session: str | None = None
    activities: set[str] = field(default_factory=set)
    stories: dict[str, str] = field(default_factory=dict)
    """Title and text by activity."""
    tokens: set[str] = field(default_factory=set)
    events: set[int] = field(default_factory=set)
    """Times of events that were answered with 200."""
    tries: int = 0
    """Requests that had to be made again, since Strava failed."""

    @property
    def own(self) -> range:
        """The ids of all activities that this athlete has at Strava."""
        each = self.sandbox.terms.activities
        first = FIRST_ACTIVITY + (self.athlete - FIRST_ATHLETE) * each
        return range(first, first + each)

    def client(self) -> httpx2.AsyncClient:
        """A browser with the session, where there is one."""
        cookies = {"stridetale-session": self.session} if self.session else {}
        return httpx2.AsyncClient(base_url=self.url, cookies=cookies, timeout=60)

    async def sign_in(self, http: httpx2.AsyncClient) -> None:
        """Until it succeeds, as a person would."""
        while True:
            begun = await http.get("/auth/strava")
            assert begun.status_code == 303, begun.text
            asked = parse_qs(urlsplit(begun.headers["location"]).query)
            back = await self._agree(asked["state"][0])
            answer = await http.get("/auth/strava/callback", params=back)
            if answer.status_code == 303:
                self.session = http.cookies["stridetale-session"]
                watch.remember(self.session)
                return
            assert answer.status_code in {401, 502}, answer.text
            self.tries += 1

    async def _agree(self, state: str) -> dict[str, str]:
        form = {
            "client_id": self.sandbox.terms.client_id, "response_type": "code",
            "redirect_uri": BACK, "scope": SCOPES, "athlete": str(self.athlete), "agree": "1",
            "ticked": SCOPES.split(","), "state": state,
        }  # fmt: skip
        async with httpx2.AsyncClient(timeout=60) as browser:
            while True:
                try:
                    answer = await browser.post(f"{self.sandbox.oauth}/authorize", data=form)
                except httpx2.HTTPError:  # a fault of the sandbox's own page
                    continue
                if answer.status_code == 303:
                    query = parse_qs(urlsplit(answer.headers["location"]).query)
                    return {name: values[0] for name, values in query.items()}

    async def asked(
        self,
        http: httpx2.AsyncClient,
        method: str,
        path: str,
        **how: Any,  # noqa: ANN401 (as httpx2 takes it)
    ) -> Any:  # noqa: ANN401 (JSON)
        """The answer, asked for until Strava does not fail."""
        for _ in range(MOST_TRIES):
            answer = await http.request(method, path, **how)
            if answer.status_code < 400:
                return answer.json()
            assert answer.status_code in {401, 502, 503}, (path, answer.status_code, answer.text)
            self.tries += 1
            await anyio.sleep(random.uniform(0, 0.2))  # noqa: S311 (so that not all come at once)
        raise AssertionError((path, answer.text))

    async def do_all(self, *, activities: int) -> None:
        """Sign in, bring so many activities, have one story told, make a token."""
        async with self.client() as http:
            await self.sign_in(http)
            brought = await self.asked(http, "POST", f"/activities/?limit={activities}")
            self.activities |= {entry["activity"]["id"] for entry in brought["entries"]}
            newest = brought["entries"][0]["activity"]["id"]
            told = await self.asked(http, "PUT", f"/activities/{newest}/")
            self.stories[newest] = told["story"]["text"]
            made = await self.asked(http, "POST", "/me/tokens", json={"name": "script"})
            self.tokens.add(made["secret"])
            watch.remember(made["secret"])
            for number in range(3):
                event = {
                    "object_type": "activity", "object_id": int(newest), "aspect_type": "update",
                    "owner_id": self.athlete, "subscription_id": SUBSCRIPTION,
                    "event_time": number, "updates": {},
                }  # fmt: skip
                answer = await http.post("/strava/webhook", json=event)
                assert answer.status_code == 200, answer.text
                self.events.add(number)

    async def missing(self, *, exactly: int | None = None) -> list[str]:
        """What was acknowledged and is not there, or is there and should not be."""
        if self.session is None:
            return []
        wrong = []
        async with self.client() as http:
            page = (await self.asked(http, "GET", "/activities/?limit=200"))["entries"]
            found = [entry["activity"]["id"] for entry in page]
            wrong += [f"lost activity {one}" for one in self.activities - set(found)]
            wrong += [f"another's {one}" for one in found if int(one) not in self.own]
            if len(found) != len(set(found)) or (exactly is not None and len(found) != exactly):
                wrong.append(f"{len(found)} activities")
            for one, text in self.stories.items():
                history = await self.asked(http, "GET", f"/activities/{one}/stories/")
                if text not in {story["text"] for story in history}:
                    wrong.append(f"lost the story of {one}")
            if self.activities:  # so its tokens were renewed: those that it has now must be good
                await self.asked(http, "POST", "/activities/?limit=1")
            me = await self.asked(http, "GET", "/me")
            wrong += [] if me["athlete"] == str(self.athlete) else ["another's session"]
        for secret in self.tokens:
            async with httpx2.AsyncClient(base_url=self.url, timeout=60) as script:
                answer = await script.get("/me", headers={"authorization": f"Bearer {secret}"})
                wrong += [] if answer.status_code == 200 else ["lost a token"]
        return wrong


async def at_once(members: list[Member], *, activities: int) -> None:
    """All of them do everything at the same time."""
    async with anyio.create_task_group() as tasks:
        for member in members:

            async def do(member: Member = member) -> None:
                await member.do_all(activities=activities)

            tasks.start_soon(do)
