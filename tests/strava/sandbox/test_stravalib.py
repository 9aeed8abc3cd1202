"""Somebody else's client, stravalib, works against the sandbox without a change to its code.

It knows one address, https://www.strava.com; the session that it is given leads that elsewhere.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from stravalib import Client
from stravalib.exc import AccessUnauthorized, Fault
from typing_extensions import override

from fakes import Clock
from sandboxes import Sandbox

STRAVA = "https://www.strava.com"

pytestmark = pytest.mark.filterwarnings("ignore::Warning")  # its own, of every kind


class Detour(HTTPAdapter):
    """Leads what is meant for Strava to a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        super().__init__()

    @override
    def send(self, request: requests.PreparedRequest, *args: Any, **how: Any) -> requests.Response:
        assert request.url is not None
        request.url = request.url.replace(STRAVA, self._sandbox.url)
        return super().send(request, *args, **how)


OPENED = ExitStack()
"""The sessions of the test that runs."""


@pytest.fixture(autouse=True)
def _closing() -> Iterator[None]:
    with OPENED:
        yield


def a_client(sandbox: Sandbox, token: str | None = None) -> Any:  # noqa: ANN401 (all of its answers may be None)
    session = OPENED.enter_context(requests.Session())
    session.mount(STRAVA, Detour(sandbox))
    return Client(access_token=token, requests_session=session, rate_limit_requests=False)


def signed_in(sandbox: Sandbox) -> tuple[Any, dict[str, Any]]:
    code = sandbox.agreed(1001, "read,activity:read_all,activity:write,profile:read_all")["code"]
    tokens = a_client(sandbox).exchange_code_for_token(
        client_id=1, client_secret=sandbox.terms.client_secret, code=code
    )
    return a_client(sandbox, tokens["access_token"]), dict(tokens)


def test_it_signs_in_and_reads_the_athlete(sandbox: Sandbox) -> None:
    client, _ = signed_in(sandbox)
    athlete = client.get_athlete()
    assert (athlete.id, athlete.firstname) == (1001, "Ada")


def test_it_refreshes(sandbox: Sandbox, clock: Clock) -> None:
    client, tokens = signed_in(sandbox)
    clock.now += timedelta(hours=7)
    with pytest.raises(AccessUnauthorized):
        client.get_athlete()
    new = client.refresh_access_token(
        client_id=1,
        client_secret=sandbox.terms.client_secret,
        refresh_token=tokens["refresh_token"],
    )
    assert new["refresh_token"] != tokens["refresh_token"]
    assert a_client(sandbox, new["access_token"]).get_athlete().id == 1001


def test_it_lists(sandbox: Sandbox) -> None:
    client, _ = signed_in(sandbox)
    found = list(client.get_activities(limit=45))
    assert len({one.id for one in found}) == 45
    assert found[0].name == "Coffee can wait"


def test_it_reads_an_activity_and_its_streams(sandbox: Sandbox) -> None:
    client, _ = signed_in(sandbox)
    first = next(iter(client.get_activities(limit=1)))
    found = client.get_activity(first.id)
    assert (found.sport_type.root, float(found.distance)) == ("Ride", 58_410.0)
    streams = client.get_activity_streams(first.id, types=["time", "distance"])
    assert len(streams["distance"].data) == 100


def test_it_writes(sandbox: Sandbox) -> None:
    client, _ = signed_in(sandbox)
    first = next(iter(client.get_activities(limit=1)))
    client.update_activity(first.id, name="A new name", description="Words")
    found = client.get_activity(first.id)
    assert (found.name, found.description) == ("A new name", "Words")


def test_it_handles_the_rate_limit(sandbox: Sandbox) -> None:
    client, _ = signed_in(sandbox)
    sandbox.fault("429")
    with pytest.raises(Fault, match="429 Client Error"):
        client.get_athlete()
    assert client.get_athlete().id == 1001


def test_it_subscribes_and_lists_what_it_has(sandbox: Sandbox) -> None:
    client, _ = signed_in(sandbox)
    assert list(client.list_subscriptions(1, sandbox.terms.client_secret)) == []
