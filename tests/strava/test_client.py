from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from strava.at_strava import ANNA, NOW, Answer, KeptGrants, Rotating, a_grant, oauth
from stridetale.activity import ActivityId
from stridetale.errors import (
    ActivityNotFound,
    ScopeMissing,
    SignInNeeded,
    StravaFailed,
    StravaInactive,
    StravaLimited,
    StravaRefused,
    StravaUnreachable,
)
from stridetale.strava.client import PER_PAGE, Strava
from stridetale.strava.tokens import Tokens

RIDE = ActivityId("12")
WRITING = frozenset({"read", "activity:read_all", "activity:write"})


def an_answer(number: int = 12) -> dict[str, Any]:
    return {"id": number, "sport_type": "Ride", "start_date": "2026-05-05T05:30:00Z"}


def ok(answer: object, **headers: str) -> httpx2.Response:
    return httpx2.Response(200, json=answer, headers=headers)


def used_up(usage: str = "100,400") -> dict[str, str]:
    return {"x-readratelimit-limit": "100,1000", "x-readratelimit-usage": usage}


def fault(status: int, message: str = "Fault", **more: object) -> httpx2.Response:
    return httpx2.Response(status, json={"message": message, **more})


class Scripted:
    """Strava answering line by line; an exception is raised, and the last line is repeated."""

    def __init__(self, *lines: httpx2.Response | type[httpx2.TransportError]) -> None:
        self.lines, self.asked = list(lines), list[httpx2.Request]()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, type):
            raise line("cut", request=request)
        return line


class Clock:
    """A time that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = NOW, list[float]()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def strava(
    answer: Answer, *, scopes: frozenset[str] | None = None, clock: Clock | None = None
) -> Strava:
    clock = clock or Clock()
    grant = a_grant() if scopes is None else replace(a_grant(), scopes=scopes)
    tokens = Tokens(KeptGrants(grant), oauth(Rotating()), now=lambda: NOW)
    return Strava(
        "https://strava.example/api/v3",
        tokens,
        httpx2.AsyncClient(transport=httpx2.MockTransport(answer)),
        now=lambda: clock.now,
        sleep=clock.sleep,
    )


async def ids(answer: Answer, *, limit: int, **more: datetime) -> list[str]:
    return [one.id for one in await strava(answer).activities(ANNA, limit=limit, **more)]


def pages(count: int) -> Answer:
    def answer(request: httpx2.Request) -> httpx2.Response:
        page, size = (int(request.url.params[name]) for name in ("page", "per_page"))
        numbers: Sequence[int] = range(1, count + 1)[(page - 1) * size : page * size]
        return ok([an_answer(number) for number in numbers])

    return answer


# --- what is asked ---------------------------------------------------------------------------


async def test_the_last_activities_come_in_one_call() -> None:
    server = Scripted(ok([an_answer(3), an_answer(2)]))
    assert await ids(server, limit=3) == ["3", "2"]
    assert len(server.asked) == 1


async def test_more_than_a_page_is_asked_for_in_pages() -> None:
    found = await ids(pages(1_000), limit=2 * PER_PAGE + 1)
    assert found == [str(number) for number in range(1, 2 * PER_PAGE + 2)]


async def test_a_page_that_is_not_full_is_the_last() -> None:
    assert len(await ids(pages(PER_PAGE + 5), limit=5 * PER_PAGE)) == PER_PAGE + 5


async def test_moments_are_asked_for_in_seconds_since_1970() -> None:
    server = Scripted(ok([]))
    await ids(server, limit=3, before=NOW)
    assert server.asked[0].url.params["before"] == str(int(NOW.timestamp()))


async def test_the_token_travels_in_a_header_only() -> None:
    server = Scripted(ok([]))
    await ids(server, limit=3)
    assert server.asked[0].headers["authorization"] == "Bearer access-1"
    assert "access-1" not in str(server.asked[0].url)


async def test_one_activity_is_read() -> None:
    assert (await strava(Scripted(ok(an_answer()))).activity(ANNA, RIDE)).id == RIDE


async def test_a_new_name_is_put() -> None:
    server = Scripted(ok(an_answer()))
    await strava(server, scopes=WRITING).rename(ANNA, RIDE, name="Ride", description="It was.")
    assert server.asked[0].method == "PUT"
    assert b'"description":"It was."' in server.asked[0].content


# --- what the athlete allowed ----------------------------------------------------------------


async def test_what_was_not_allowed_is_not_asked() -> None:
    server = Scripted(ok([]))
    with pytest.raises(ScopeMissing, match="activity:read"):
        await strava(server, scopes=frozenset({"read"})).activities(ANNA, limit=3)
    assert server.asked == []


async def test_reading_all_is_reading() -> None:
    assert await strava(Scripted(ok([])), scopes=WRITING).activities(ANNA, limit=3) == []


async def test_writing_needs_its_own_scope() -> None:
    with pytest.raises(ScopeMissing, match="activity:write"):
        await strava(Scripted(ok({}))).rename(ANNA, RIDE, name="Ride", description="")


async def test_a_refused_token_is_renewed_once() -> None:
    server = Scripted(fault(401), ok([]))
    await ids(server, limit=3)
    assert server.asked[1].headers["authorization"] == "Bearer access-2"


async def test_a_token_that_is_refused_again_is_a_sign_in() -> None:
    server = Scripted(fault(401))
    with pytest.raises(SignInNeeded):
        await ids(server, limit=3)
    assert len(server.asked) == 2


# --- what goes wrong -------------------------------------------------------------------------


@pytest.mark.parametrize("line", [fault(500), fault(503), httpx2.ReadError, httpx2.ConnectTimeout])
async def test_what_may_pass_is_tried_again(
    line: httpx2.Response | type[httpx2.TransportError],
) -> None:
    assert await ids(Scripted(line, line, ok([an_answer(3)])), limit=3) == ["3"]


@pytest.mark.parametrize("line", [fault(500), httpx2.ReadError])
async def test_what_does_not_pass_is_one_sentence(
    line: httpx2.Response | type[httpx2.TransportError],
) -> None:
    server = Scripted(line)
    with pytest.raises(StravaUnreachable):
        await ids(server, limit=3)
    assert len(server.asked) == 3


async def test_pauses_grow_and_differ() -> None:
    clock = Clock()
    with pytest.raises(StravaUnreachable):
        await strava(Scripted(fault(500)), clock=clock).activities(ANNA, limit=3)
    assert 0 < clock.slept[0] <= 0.5
    assert 0 < clock.slept[1] <= 1.0


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        (fault(403, "Application Status Inactive"), StravaInactive, "inactive"),
        (
            fault(403, "Forbidden", errors=[{"resource": "Application", "code": "Inactive"}]),
            StravaInactive,
            "inactive",
        ),
        (fault(403, "Forbidden"), StravaRefused, "403: Forbidden"),
        (fault(400, "Bad Request"), StravaRefused, "400"),
        (httpx2.Response(418, text="<html>"), StravaRefused, "418"),
        (httpx2.Response(200, text="<html>"), StravaUnreachable, "JSON"),
    ],
)
async def test_a_refusal_says_why(
    line: httpx2.Response, error: type[StravaFailed], said: str
) -> None:
    with pytest.raises(error) as raised:
        await ids(Scripted(line), limit=3)
    assert said in raised.value.detail


async def test_an_activity_that_strava_does_not_have_is_not_there() -> None:
    with pytest.raises(ActivityNotFound):
        await strava(Scripted(fault(404))).activity(ANNA, RIDE)


async def test_an_activity_that_cannot_be_read_is_not_there() -> None:
    with pytest.raises(ActivityNotFound):
        await strava(Scripted(ok({"id": 12}))).activity(ANNA, RIDE)


@pytest.mark.parametrize("number", ["file-7", "../athlete", "1/laps"])
async def test_an_id_that_is_not_stravas_is_never_asked_for(number: str) -> None:
    server = Scripted(ok(an_answer()))
    with pytest.raises(ActivityNotFound):
        await strava(server).activity(ANNA, ActivityId(number))
    assert server.asked == []


# --- rate limits -----------------------------------------------------------------------------


async def test_a_limit_that_is_used_up_is_not_tried() -> None:
    server = Scripted(ok([], **used_up()))
    client = strava(server)
    await client.activities(ANNA, limit=3)
    with pytest.raises(StravaLimited) as raised:
        await client.activities(ANNA, limit=3)
    assert (raised.value.seconds, len(server.asked)) == (900.0, 1)


async def test_a_short_wait_is_waited() -> None:
    clock = Clock()
    clock.now = NOW + timedelta(minutes=14, seconds=55)
    client = strava(Scripted(ok([], **used_up()), ok([])), clock=clock)
    for _ in range(2):
        await client.activities(ANNA, limit=3)
    assert clock.slept == [5.0]


async def test_too_many_says_when_it_goes_on() -> None:
    line = httpx2.Response(429, json={"message": "Rate Limit Exceeded"}, headers=used_up("101,400"))
    with pytest.raises(StravaLimited) as raised:
        await ids(Scripted(line), limit=3)
    assert raised.value.seconds == 900.0
