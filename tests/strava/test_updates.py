"""Hearing of changes: webhooks and polls, true ones, doubled ones and forged ones."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from clubs import Club, Visitor, a_club
from sandboxes import Sandbox
from strava.test_activities import entries, newest, story_of, until
from stridetale.strava_commands import subscribe

TOKEN = "say-it-back"  # noqa: S105 (known to the test alone)


@pytest.fixture
def hearing(sandbox: Sandbox, tmp_path: Path) -> Iterator[Club]:
    """A club that has subscribed to events."""
    with a_club(sandbox, tmp_path, strava_updates="webhook") as club:
        changed = {"public_url": club.url, "strava_verify_token": SecretStr(TOKEN)}
        assert subscribe(club.settings.model_copy(update=changed))
        yield club


def event(**changed: object) -> dict[str, object]:
    return {
        "object_type": "activity", "object_id": 1, "aspect_type": "create", "updates": {},
        "owner_id": 1001, "subscription_id": 7001, "event_time": 1_700_000_000, **changed,
    }  # fmt: skip


def sent(club: Club, payload: object) -> httpx2.Response:
    body = json.dumps(payload).encode()
    return httpx2.post(f"{club.url}/strava/webhook", content=body, timeout=10)


def made(club: Club, **fields: object) -> str:
    """An activity that athlete 1001 has just ended."""
    answer = club.sandbox.admin("POST", "/athletes/1001/activities", fields)
    return str(answer.json()["id"])


def told_of(visitor: Visitor, activity_id: str) -> bool:
    answer = visitor.get(f"/activities/{activity_id}/")
    return answer.status_code == 200 and answer.json()["story"] is not None


def test_a_new_activity_is_told_by_itself(hearing: Club) -> None:
    with hearing.member() as anna:
        one = made(hearing, sport_type="Ride", distance=42_300.0, moving_time=7_200)
        until(lambda: told_of(anna, one))


def test_a_name_that_changed_is_heard_of_and_the_story_stays(hearing: Club) -> None:
    with hearing.member() as anna:
        one = newest(anna)
        until(lambda: told_of(anna, one))
        hearing.sandbox.admin("PUT", f"/activities/{one}", {"name": "Another name"})
        until(lambda: entries(anna)[0]["activity"]["name"] == "Another name")
        time.sleep(0.5)
        assert len(anna.get(f"/activities/{one}/stories/").json()) == 1


def test_a_story_that_is_true_no_more_is_told_again(hearing: Club) -> None:
    with hearing.member() as anna:
        one = newest(anna)
        until(lambda: told_of(anna, one))
        hearing.sandbox.admin("PUT", f"/activities/{one}", {"sport_type": "Swim"})
        until(lambda: len(anna.get(f"/activities/{one}/stories/").json()) == 2)


def test_what_is_deleted_at_strava_goes_here(hearing: Club) -> None:
    with hearing.member() as anna:
        one = newest(anna)
        hearing.sandbox.admin("DELETE", f"/activities/{one}")
        until(lambda: anna.get(f"/activities/{one}/").status_code == 404)


def test_who_revokes_at_strava_is_forgotten(hearing: Club) -> None:
    with hearing.member(1001) as anna, hearing.member(1002) as ben:
        until(lambda: all(entry["story"] for entry in entries(anna)))
        hearing.sandbox.admin("POST", "/athletes/1001/deauthorize")
        until(lambda: anna.get("/me").status_code == 401)
        assert len(entries(ben)) == 3
    with hearing.member(1001) as again:
        me = again.get("/me").json()
        assert me["athlete"] == "1001"
        assert len(entries(again, limit=200)) == 3


def test_a_forged_deletion_does_nothing(hearing: Club) -> None:
    with hearing.member() as anna:
        one = newest(anna)
        sent(hearing, event(object_id=int(one), aspect_type="delete"))
        time.sleep(1)
        assert anna.get(f"/activities/{one}/").status_code == 200


def test_a_forged_revocation_does_nothing(hearing: Club) -> None:
    with hearing.member() as anna:
        forged = event(object_type="athlete", object_id=1001, updates={"authorized": "false"})
        assert sent(hearing, forged).status_code == 200
        time.sleep(1)
        assert anna.get("/me").status_code == 200


@pytest.mark.parametrize(
    "payload",
    [
        event(subscription_id=1),
        event(owner_id=999),
        event(owner_id="1001"),
        {},
        [],
        7,
        None,
        event(object_id=-1),
        event(object_type="x" * 10_000),
    ],
    ids=range(9),
)
def test_what_means_nothing_does_nothing(hearing: Club, payload: object) -> None:
    with hearing.member() as anna:
        until(lambda: all(entry["story"] for entry in entries(anna)))
        assert sent(hearing, payload).status_code == 200
        time.sleep(0.3)
        assert len(entries(anna, limit=200)) == 3


def test_a_body_that_is_no_json_is_refused(hearing: Club) -> None:
    answer = httpx2.post(f"{hearing.url}/strava/webhook", content=b"{", timeout=10)
    assert answer.status_code == 422


def test_the_same_event_twice_is_handled_once(hearing: Club) -> None:
    with hearing.member() as anna:
        one = made(hearing, sport_type="Ride", distance=42_300.0, moving_time=7_200)
        until(lambda: told_of(anna, one))
        anna.send("DELETE", f"/activities/{one}/")
        forged = event(object_id=int(one))
        sent(hearing, forged)
        until(lambda: told_of(anna, one))
        anna.send("DELETE", f"/activities/{one}/")
        sent(hearing, forged)  # the very same
        time.sleep(1)
        assert anna.get(f"/activities/{one}/").status_code == 404


def test_an_event_is_answered_soon_however_slow_strava_is(hearing: Club) -> None:
    with hearing.member():
        hearing.sandbox.fault("slow", calls=50, seconds=3, path="/api/v3/activities")
        began = time.monotonic()
        for number in range(10):
            assert sent(hearing, event(event_time=number)).status_code == 200
        assert (time.monotonic() - began) / 10 < 0.2


def test_only_the_token_that_we_gave_is_said_back(hearing: Club) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "abc", "hub.verify_token": TOKEN}
    good = httpx2.get(f"{hearing.url}/strava/webhook", params=asked)
    assert (good.status_code, good.json()) == (200, {"hub.challenge": "abc"})
    for changed in ({"hub.verify_token": "x"}, {"hub.mode": "x"}):
        bad = httpx2.get(f"{hearing.url}/strava/webhook", params=asked | changed)
        assert bad.status_code == 400
        assert "abc" not in bad.text


# --- polling ---


@pytest.fixture
def polling(sandbox: Sandbox, tmp_path: Path) -> Iterator[Club]:
    with a_club(sandbox, tmp_path, strava_updates="poll") as club:
        yield club


def test_a_poll_is_made_at_every_start(sandbox: Sandbox, tmp_path: Path) -> None:
    with a_club(sandbox, tmp_path, strava_updates="off") as club, club.member() as anna:
        session = anna.http.cookies["stridetale-session"]
        one = made(club, sport_type="Run", distance=10_000.0, moving_time=3_000)
        club.sandbox.admin("PUT", f"/activities/{one}", {"start_date": "2037-01-01T10:00:00Z"})
        soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 5))
        club.sandbox.admin("PUT", f"/activities/{one}", {"start_date": soon})
    with a_club(sandbox, tmp_path, strava_updates="poll") as club, club.visitor() as anna:
        anna.http.cookies.set("stridetale-session", session)
        until(lambda: story_of(anna, one) is not None if told_of(anna, one) else False)
