"""A sandbox of Strava that runs in a thread, on a port of its own."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import uvicorn
from fastapi import FastAPI

from stridetale.strava.sandbox import SandboxTerms, make_app

BACK = "http://localhost:1/back"


@dataclass
class Sandbox:
    """A sandbox that answers at `url`, and what a test does with it."""

    url: str
    terms: SandboxTerms

    @property
    def api(self) -> str:
        return f"{self.url}/api/v3"

    @property
    def oauth(self) -> str:
        return f"{self.url}/oauth"

    def agreed(
        self, athlete: int = 1001, scope: str = "read,activity:read,activity:write", **more: str
    ) -> dict[str, str]:
        """What the athlete's browser brings back after they agreed to all of it."""
        asked = {
            "client_id": self.terms.client_id, "response_type": "code", "redirect_uri": BACK,
            "scope": scope, "athlete": str(athlete), "agree": "1", **more,
        }  # fmt: skip
        form = {**asked, "ticked": scope.split(",")}
        answer = httpx2.post(f"{self.oauth}/authorize", data=form, timeout=10)
        assert answer.status_code == 303, answer.text
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}

    def tokens(self, athlete: int = 1001, **more: str) -> dict[str, Any]:
        """The answer of the token endpoint for an athlete who agreed."""
        code = self.agreed(athlete, **more)["code"]
        return self.token(grant_type="authorization_code", code=code).json()  # type: ignore[no-any-return]  # JSON

    def token(self, **form: str) -> httpx2.Response:
        own = {"client_id": self.terms.client_id, "client_secret": self.terms.client_secret}
        return httpx2.post(f"{self.oauth}/token", data={**own, **form}, timeout=10)

    def admin(self, method: str, path: str, body: object = None) -> httpx2.Response:
        return httpx2.request(method, f"{self.url}/sandbox{path}", json=body, timeout=10)

    def fault(self, kind: str, **more: object) -> None:
        assert self.admin("POST", "/faults", {"kind": kind, **more}).status_code == 201


@contextmanager
def a_sandbox(**terms: Any) -> Iterator[Sandbox]:  # noqa: ANN401 (as SandboxTerms takes them)
    """A sandbox with small waits, unless told otherwise."""
    usual: dict[str, Any] = {
        "client_secret": secrets.token_hex(20), "retry_pauses_s": (0.05, 0.05), "activities": 60
    }  # fmt: skip
    chosen = SandboxTerms(**(usual | terms))
    with served(make_app(chosen)) as url:
        yield Sandbox(url, chosen)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application, answering on a free port until the test is over."""
    config = uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the application did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
