"""A few lines of Strava's token endpoint, and a place for grants, for tests without a server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx2
from pydantic import SecretStr
from typing_extensions import override

from stridetale.athlete import AthleteId, Grant
from stridetale.strava.oauth import Application, OAuth
from stridetale.strava.tokens import Grants

NOW = datetime(2026, 5, 5, 10, tzinfo=UTC)
ANNA = AthleteId("77")
URL = "https://strava.example/oauth"
APPLICATION = Application("5", SecretStr("our-secret"), URL)

Answer = Callable[[httpx2.Request], httpx2.Response]


def a_grant(*, minutes: float = 300, number: int = 1) -> Grant:
    return Grant(
        SecretStr(f"access-{number}"),
        SecretStr(f"refresh-{number}"),
        NOW + timedelta(minutes=minutes),
        frozenset({"read", "activity:read"}),
    )


def tokens(number: int = 2, *, hours: float = 6, **more: object) -> dict[str, Any]:
    expires = NOW + timedelta(hours=hours)
    return {
        "token_type": "Bearer", "access_token": f"access-{number}",
        "refresh_token": f"refresh-{number}", "expires_at": int(expires.timestamp()), **more,
    }  # fmt: skip


def form(request: httpx2.Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.content.decode()).items()}


class Rotating:
    """A token endpoint at which each refresh kills the token that it was made with."""

    def __init__(self) -> None:
        self.number = 1
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        asked = form(request)
        self.asked.append(asked)
        if asked["refresh_token"] != f"refresh-{self.number}":
            return httpx2.Response(400, json={"message": "Bad Request"})
        self.number += 1
        return httpx2.Response(200, json=tokens(self.number))


def oauth(answer: Answer) -> OAuth:
    return OAuth(APPLICATION, httpx2.AsyncClient(transport=httpx2.MockTransport(answer)))


class KeptGrants(Grants):
    """Grants in a dictionary."""

    def __init__(self, *grants: Grant) -> None:
        self.kept: dict[AthleteId, Grant] = dict.fromkeys([ANNA], grants[0]) if grants else {}

    @override
    async def grant(self, athlete: AthleteId) -> Grant | None:
        return self.kept.get(athlete)

    @override
    async def swap_grant(self, athlete: AthleteId, old: Grant, new: Grant | None) -> bool:
        if self.kept.get(athlete) != old:
            return False
        if new is None:
            del self.kept[athlete]
        else:
            self.kept[athlete] = new
        return True
