"""A club: the service, connected to a sandbox of Strava, and athletes who sign in to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx2

from sandboxes import Sandbox, served
from stridetale.settings import Settings
from stridetale.web.app import create_app

SCOPES = "read,activity:read,activity:read_all,activity:write"


def club_settings(sandbox: Sandbox, folder: Path, **chosen: Any) -> Settings:  # noqa: ANN401 (any setting)
    """Settings of a service that knows this sandbox, and no environment."""
    usual: dict[str, Any] = {
        "data_dir": folder,
        "writer": "composer",
        "strava_client_id": sandbox.terms.client_id,
        "strava_client_secret": sandbox.terms.client_secret,
        "strava_data_policy": "personal",
        "strava_api_url": sandbox.api,
        "strava_oauth_url": sandbox.oauth,
        "strava_updates": "off",
    }
    return Settings(_env_file=None, **(usual | chosen))


@dataclass
class Club:
    """The service at `url`, and the sandbox that it knows."""

    url: str
    sandbox: Sandbox
    settings: Settings

    def visitor(self, **headers: str) -> "Visitor":
        """Somebody's browser, who has not signed in."""
        return Visitor(self, httpx2.Client(base_url=self.url, headers=headers, timeout=20))

    def member(self, athlete: int = 1001, *, scopes: str = SCOPES) -> "Visitor":
        """The browser of an athlete who has signed in."""
        visitor = self.visitor()
        answer = visitor.sign_in(athlete, scopes=scopes)
        assert answer.status_code == 303, answer.text
        return visitor


@dataclass
class Visitor:
    """A browser, or a script."""

    club: Club
    http: httpx2.Client = field(repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **more: Any) -> httpx2.Response:  # noqa: ANN401 (as httpx2 takes it)
        return self.http.get(path, **more)

    def send(self, method: str, path: str, **more: Any) -> httpx2.Response:  # noqa: ANN401 (as above)
        return self.http.request(method, path, **more)

    def begin(self) -> dict[str, str]:
        """Go to Strava's page, and say what was asked for there."""
        answer = self.get("/auth/strava", params={"write": "true", "private": "true"})
        assert answer.status_code == 303, answer.text
        address = urlsplit(answer.headers["location"])
        return {name: values[0] for name, values in parse_qs(address.query).items()}

    def sign_in(self, athlete: int = 1001, *, scopes: str = SCOPES) -> httpx2.Response:
        """Agree to these scopes at Strava and come back."""
        asked = self.begin()
        back = self.club.sandbox.agreed(athlete, scopes, state=asked["state"])
        return self.get("/auth/strava/callback", params=back)


@contextmanager
def a_club(sandbox: Sandbox, folder: Path, **chosen: Any) -> Iterator[Club]:  # noqa: ANN401 (any setting)
    """The service, running until the test is over."""
    settings = club_settings(sandbox, folder, **chosen)
    with served(create_app(settings)) as url:
        yield Club(url, sandbox, settings)
