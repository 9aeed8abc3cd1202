"""The sandbox behaves as Strava does, also where it refuses and where it fails."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from typing_extensions import override

from fakes import Clock
from sandboxes import BACK, Sandbox, a_sandbox
from stridetale.sports import known_sport_types

SCHEMA = Path(__file__).parents[4] / "shared" / "strava" / "models.schema.json"


@pytest.fixture
def anna(sandbox: Sandbox) -> httpx2.Client:
    """Athlete 1001, who has allowed everything."""
    scope = "read,activity:read,activity:read_all,activity:write,profile:read_all"
    return client(sandbox, sandbox.tokens(1001, scope=scope)["access_token"])


OPENED = ExitStack()
"""The clients of the test that runs."""


@pytest.fixture(autouse=True)
def _closing() -> Iterator[None]:
    with OPENED:
        yield


def client(sandbox: Sandbox, token: str) -> httpx2.Client:
    headers = {"authorization": f"Bearer {token}"}
    http = httpx2.Client(base_url=sandbox.api, headers=headers, timeout=10)
    return OPENED.enter_context(http)


def said(answer: httpx2.Response) -> tuple[int, str]:
    """Status, and what is wrong of what."""
    [error] = answer.json()["errors"]
    return answer.status_code, f"{error['resource']} {error['field']} {error['code']}"


# --- letting in ---


def test_the_page_has_a_box_for_each_scope(sandbox: Sandbox) -> None:
    params = {"client_id": "1", "redirect_uri": BACK, "response_type": "code",
              "scope": "read,activity:write", "state": "<x>"}  # fmt: skip
    page = httpx2.get(f"{sandbox.oauth}/authorize", params=params).text
    assert page.count('type="checkbox"') == 2
    assert "&lt;x&gt;" in page
    assert "<x>" not in page


def test_only_what_was_ticked_is_granted(sandbox: Sandbox) -> None:
    back = sandbox.agreed(scope="read,activity:read", ticked="activity:write", state="s")
    assert (back["scope"], back["state"]) == ("activity:read,read", "s")


def test_who_declines_comes_back_with_an_error(sandbox: Sandbox) -> None:
    form = {"client_id": "1", "redirect_uri": BACK, "scope": "read", "athlete": "1001"}
    answer = httpx2.post(f"{sandbox.oauth}/authorize", data=form)
    assert answer.headers["location"] == f"{BACK}?error=access_denied"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"client_id": "2"}, "Application client_id invalid"),
        ({"redirect_uri": "https://elsewhere.example/"}, "Application redirect_uri invalid"),
        ({"redirect_uri": "javascript:alert(1)"}, "Application redirect_uri invalid"),
        ({"scope": "everything"}, "Application scope invalid"),
        ({"response_type": "token"}, "Application response_type invalid"),
    ],
)
def test_what_is_wrong_with_a_sign_in_is_named(
    sandbox: Sandbox, changed: dict[str, str], wrong: str
) -> None:
    params = {"client_id": "1", "redirect_uri": BACK, "response_type": "code"} | changed
    assert said(httpx2.get(f"{sandbox.oauth}/authorize", params=params)) == (400, wrong)


def test_a_code_is_good_once(sandbox: Sandbox) -> None:
    code = sandbox.agreed()["code"]
    first = sandbox.token(grant_type="authorization_code", code=code)
    assert first.json()["athlete"]["id"] == 1001
    again = sandbox.token(grant_type="authorization_code", code=code)
    assert said(again) == (400, "AuthorizationCode code invalid")


def test_a_refresh_while_more_than_an_hour_is_left_gives_the_same(
    sandbox: Sandbox, clock: Clock
) -> None:
    first = sandbox.tokens()
    clock.now += timedelta(hours=4, minutes=59)
    again = sandbox.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert (again["access_token"], again["refresh_token"]) == (
        first["access_token"],
        first["refresh_token"],
    )


def test_a_later_refresh_kills_both_old_tokens(sandbox: Sandbox, clock: Clock) -> None:
    first = sandbox.tokens()
    clock.now += timedelta(hours=5, minutes=1)
    new = sandbox.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert new["expires_in"] == 6 * 3600
    dead = sandbox.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert said(dead) == (400, "RefreshToken refresh_token invalid")
    assert client(sandbox, first["access_token"]).get("/athlete").status_code == 401
    assert client(sandbox, new["access_token"]).get("/athlete").status_code == 200


def test_a_token_lives_six_hours(sandbox: Sandbox, clock: Clock) -> None:
    http = client(sandbox, sandbox.tokens()["access_token"])
    clock.now += timedelta(hours=5, minutes=59)
    assert http.get("/athlete").status_code == 200
    clock.now += timedelta(minutes=2)
    assert said(http.get("/athlete")) == (401, "Athlete access_token invalid")


def test_a_wrong_secret_is_refused(sandbox: Sandbox) -> None:
    form = {"client_id": "1", "client_secret": "x", "grant_type": "refresh_token"}
    assert said(httpx2.post(f"{sandbox.oauth}/token", data=form)) == (
        401,
        "Application client_id invalid",
    )


def test_tokens_may_be_asked_for_as_json_and_at_the_older_address(sandbox: Sandbox) -> None:
    asked = {
        "client_id": 1, "client_secret": sandbox.terms.client_secret,
        "grant_type": "authorization_code", "code": sandbox.agreed()["code"],
    }  # fmt: skip
    assert httpx2.post(f"{sandbox.api}/oauth/token", json=asked).status_code == 200


@pytest.mark.parametrize("way", ["revoke", "deauthorize"])
def test_a_permission_can_be_given_back(sandbox: Sandbox, way: str) -> None:
    tokens = sandbox.tokens()
    if way == "revoke":
        data = {"token": tokens["refresh_token"]}
        own = ("1", sandbox.terms.client_secret)
        answer = httpx2.post(f"{sandbox.oauth}/revoke", data=data, auth=own)
    else:
        data = {"access_token": tokens["access_token"]}
        answer = httpx2.post(f"{sandbox.oauth}/deauthorize", data=data)
    assert answer.status_code == 200
    assert client(sandbox, tokens["access_token"]).get("/athlete").status_code == 401


def test_only_the_application_revokes(sandbox: Sandbox) -> None:
    answer = httpx2.post(f"{sandbox.oauth}/revoke", data={"token": "x"}, auth=("1", "no"))
    assert answer.status_code == 401


# --- activities ---


def test_pages_go_through_all_activities_newest_first(anna: httpx2.Client) -> None:
    pages = [anna.get("/athlete/activities", params={"page": n, "per_page": 25}) for n in (1, 2, 3)]
    found = [one for page in pages for one in page.json()]
    assert len({one["id"] for one in found}) == len(found) == 60
    assert [one["start_date"] for one in found] == sorted(
        (one["start_date"] for one in found), reverse=True
    )


def test_a_page_of_a_time_has_only_those(anna: httpx2.Client) -> None:
    start = anna.get("/athlete/activities").json()[10]["start_date"]
    epoch = int(datetime.fromisoformat(start).timestamp())
    before = anna.get("/athlete/activities", params={"before": epoch, "per_page": 200}).json()
    after = anna.get("/athlete/activities", params={"after": epoch, "per_page": 200}).json()
    assert all(one["start_date"] < start for one in before)
    assert [one["start_date"] for one in after] == sorted(one["start_date"] for one in after)
    assert len(before) + len(after) == 59


@pytest.mark.parametrize("params", [{"per_page": 201}, {"page": 0}, {"page": "x"}])
def test_a_page_that_cannot_be_is_refused(anna: httpx2.Client, params: dict[str, str]) -> None:
    assert anna.get("/athlete/activities", params=params).status_code == 400


def test_what_only_the_athlete_may_see_needs_its_scope(sandbox: Sandbox) -> None:
    sandbox.admin("POST", "/athletes/1001/activities", {"private": True, "name": "Secret"})
    token = sandbox.tokens(scope="read,activity:read")["access_token"]
    http = client(sandbox, token)
    assert "Secret" not in http.get("/athlete/activities").text


def test_without_the_scope_activities_are_not_shown(sandbox: Sandbox) -> None:
    http = client(sandbox, sandbox.tokens(scope="read")["access_token"])
    answer = http.get("/athlete/activities")
    assert said(answer) == (401, "AccessToken activity_read_permission missing")


def test_anothers_activity_is_not_found(sandbox: Sandbox, anna: httpx2.Client) -> None:
    ben = client(sandbox, sandbox.tokens(1002)["access_token"])
    theirs = ben.get("/athlete/activities").json()[0]["id"]
    assert said(anna.get(f"/activities/{theirs}")) == (404, "Activity id not found")


def test_an_activity_can_be_changed(anna: httpx2.Client) -> None:
    one = anna.get("/athlete/activities").json()[0]["id"]
    changed = {"name": "New", "description": "Words", "distance": 1.0}
    answer = anna.put(f"/activities/{one}", json=changed).json()
    assert (answer["name"], answer["description"]) == ("New", "Words")
    assert answer["distance"] != 1.0  # that is nobody's to write


def test_changing_needs_its_scope(sandbox: Sandbox) -> None:
    http = client(sandbox, sandbox.tokens(scope="read,activity:read")["access_token"])
    one = http.get("/athlete/activities").json()[0]["id"]
    answer = http.put(f"/activities/{one}", json={"name": "x"})
    assert said(answer) == (401, "AccessToken activity_write_permission missing")


def test_streams_come_by_type_or_as_a_list(anna: httpx2.Client) -> None:
    one = anna.get("/athlete/activities").json()[0]["id"]
    keys = {"keys": "time,distance,latlng,watts"}
    by_type = anna.get(f"/activities/{one}/streams", params=keys | {"key_by_type": "true"}).json()
    as_list = anna.get(f"/activities/{one}/streams", params=keys).json()
    assert set(by_type) == {"time", "distance", "latlng"}
    assert [one["type"] for one in as_list] == ["time", "distance", "latlng"]


def test_the_oddities_of_real_data_are_there() -> None:
    with a_sandbox(activities=240) as larger:
        scope = "read,activity:read_all"
        http = client(larger, larger.tokens(scope=scope)["access_token"])
        found = http.get("/athlete/activities", params={"per_page": 200}).json()
    assert any(one["sport_type"] not in known_sport_types() for one in found)
    assert any(one["start_date_local"] != one["start_date"] for one in found)
    assert any(not one["map"]["summary_polyline"] for one in found)
    assert any(one["max_speed"] > 60 for one in found)
    assert any(one["distance"] == 0 for one in found)
    assert any(not one["name"].isascii() for one in found)
    assert any(one["visibility"] == "only_me" for one in found)


def test_the_same_seed_invents_the_same_world(clock: Clock) -> None:
    def world(seed: int) -> Any:  # noqa: ANN401 (JSON)
        with a_sandbox(seed=seed, now=clock) as sandbox:
            http = client(sandbox, sandbox.tokens(1007)["access_token"])
            return http.get("/athlete/activities").json()

    assert world(1) == world(1) != world(2)


@pytest.mark.corpus
def test_answers_are_as_strava_describes_them(anna: httpx2.Client) -> None:
    if not SCHEMA.is_file():
        pytest.skip(f"no description of Strava's answers at {SCHEMA}")
    known = json.loads(SCHEMA.read_text())

    def check(kind: str, answer: object) -> None:
        jsonschema.validate(answer, {**known, "$ref": f"#/$defs/{kind}"})

    check("DetailedAthlete", anna.get("/athlete").json())
    page = anna.get("/athlete/activities", params={"per_page": 200}).json()
    usual = [one for one in page if one["sport_type"] in known_sport_types()]
    for one in usual:
        check("SummaryActivity", {**one, "type": "Ride"})  # the older list of types is shorter
    for one in usual[:20]:
        check("DetailedActivity", {**anna.get(f"/activities/{one['id']}").json(), "type": "Ride"})
    streams = {"keys": "time,distance,latlng,altitude", "key_by_type": "true"}
    check("StreamSet", anna.get(f"/activities/{usual[0]['id']}/streams", params=streams).json())
    check("Fault", anna.get("/activities/1").json())


# --- limits and faults ---


def test_every_answer_says_how_much_is_used(anna: httpx2.Client) -> None:
    headers = anna.get("/activities/1").headers
    assert headers["x-ratelimit-limit"] == "200,2000"
    assert headers["x-readratelimit-limit"] == "100,1000"
    assert (headers["x-ratelimit-usage"], headers["x-readratelimit-usage"]) == ("1,1", "1,1")


def test_windows_begin_with_the_quarter_and_with_the_day(clock: Clock) -> None:
    with a_sandbox(now=clock, read=(2, 3)) as sandbox:
        http = client(sandbox, sandbox.tokens()["access_token"])
        codes = [http.get("/athlete").status_code for _ in range(3)]
        clock.now = clock.now.replace(minute=15)
        later = [http.get("/athlete").status_code for _ in range(2)]
        clock.now += timedelta(hours=12)
        token = sandbox.tokens()["access_token"]
        assert (codes, later) == ([200, 200, 429], [429, 429])  # what is refused counts, too
        assert client(sandbox, token).get("/athlete").status_code == 200


@pytest.mark.parametrize(
    ("kind", "status"), [("401", 401), ("403-inactive", 403), ("404", 404), ("429", 429),
                         ("500", 500), ("502", 502), ("503", 503)],
)  # fmt: skip
def test_a_fault_is_met_so_many_times(
    sandbox: Sandbox, anna: httpx2.Client, kind: str, status: int
) -> None:
    sandbox.fault(kind, calls=2)
    assert [anna.get("/athlete").status_code for _ in range(3)] == [status, status, 200]


def test_a_fault_may_be_of_some_addresses_only(sandbox: Sandbox, anna: httpx2.Client) -> None:
    sandbox.fault("503", path="/api/v3/athlete/activities")
    assert anna.get("/athlete").status_code == 200
    assert anna.get("/athlete/activities").status_code == 503


def test_a_request_may_bring_its_own_fault(anna: httpx2.Client) -> None:
    assert anna.get("/athlete", headers={"X-Sandbox-Fault": "502"}).status_code == 502


def test_an_answer_may_be_cut_off(sandbox: Sandbox, anna: httpx2.Client) -> None:
    sandbox.fault("cut")
    with pytest.raises(httpx2.RemoteProtocolError):
        anna.get("/athlete")


def test_an_answer_may_be_no_json(sandbox: Sandbox, anna: httpx2.Client) -> None:
    sandbox.fault("malformed")
    with pytest.raises(ValueError, match="Unterminated"):
        anna.get("/athlete").json()


def test_faults_can_be_switched_off(sandbox: Sandbox, anna: httpx2.Client) -> None:
    sandbox.fault("503", calls=99)
    sandbox.admin("DELETE", "/faults")
    assert anna.get("/athlete").status_code == 200


# --- subscriptions ---


class Subscriber(http.server.BaseHTTPRequestHandler):
    """Says the challenge back, and answers events as its test wants."""

    events: list[dict[str, Any]]
    answers: list[int]

    def do_GET(self) -> None:
        from urllib.parse import parse_qs, urlsplit

        query = parse_qs(urlsplit(self.path).query)
        self._answer(200, {"hub.challenge": query["hub.challenge"][0]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.events.append(json.loads(body))
        self._answer(self.answers.pop(0) if self.answers else 200, {})

    def _answer(self, status: int, answer: object) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def a_subscriber(*answers: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    handler = type("One", (Subscriber,), {"events": [], "answers": list(answers)})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook", handler.events  # type: ignore[attr-defined]  # set above
        server.shutdown()


def ours(sandbox: Sandbox) -> dict[str, str]:
    """How the application says who it is."""
    return {"client_id": "1", "client_secret": sandbox.terms.client_secret}


def subscribed(sandbox: Sandbox, url: str) -> httpx2.Response:
    data = {**ours(sandbox), "callback_url": url, "verify_token": "v"}
    return httpx2.post(f"{sandbox.api}/push_subscriptions", data=data, timeout=10)


def delivered(sandbox: Sandbox, number: int) -> dict[str, Any]:
    """The state, when so many events have come to their end."""
    import time

    until = time.monotonic() + 10
    while True:
        state: dict[str, Any] = sandbox.admin("GET", "/state").json()
        if state["events_delivered"] + state["events_given_up"] >= number:
            return state
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_subscription_is_made_once_shown_and_ended(sandbox: Sandbox) -> None:
    with a_subscriber() as (url, _):
        made = subscribed(sandbox, url)
        assert made.status_code == 201
        again = subscribed(sandbox, url)
        assert said(again) == (400, "PushSubscription application already exists")
        address = f"{sandbox.api}/push_subscriptions"
        [shown] = httpx2.get(address, params=ours(sandbox)).json()
        assert (shown["id"], shown["callback_url"]) == (made.json()["id"], url)
        assert httpx2.delete(f"{address}/{shown['id']}", params=ours(sandbox)).status_code == 204
        assert httpx2.get(address, params=ours(sandbox)).json() == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "nonsense", ""])
def test_an_address_that_does_not_answer_is_not_subscribed(sandbox: Sandbox, url: str) -> None:
    assert said(subscribed(sandbox, url)) == (400, "PushSubscription callback url not verifiable")


def test_what_happens_is_told(sandbox: Sandbox) -> None:
    with a_subscriber() as (url, events):
        number = subscribed(sandbox, url).json()["id"]
        sandbox.tokens(1001)
        made = sandbox.admin("POST", "/athletes/1001/activities").json()["id"]
        delivered(sandbox, 1)
        sandbox.admin("PUT", f"/activities/{made}", {"name": "New", "private": True})
        delivered(sandbox, 2)
        sandbox.admin("DELETE", f"/activities/{made}")
        delivered(sandbox, 3)
        sandbox.admin("POST", "/athletes/1001/deauthorize")
        delivered(sandbox, 4)
    told = [(one["object_type"], one["aspect_type"], one["updates"]) for one in events]
    assert told == [
        ("activity", "create", {}),
        ("activity", "update", {"title": "New", "private": "true"}),
        ("activity", "delete", {}),
        ("athlete", "update", {"authorized": "false"}),
    ]
    assert {one["subscription_id"] for one in events} == {number}
    assert {one["owner_id"] for one in events} == {1001}


def test_an_event_is_sent_three_times_at_the_most(sandbox: Sandbox) -> None:
    with a_subscriber(500, 404, 500, 500, 500) as (url, events):
        subscribed(sandbox, url)
        sandbox.admin("POST", "/athletes/1001/activities")
        assert delivered(sandbox, 1)["events_given_up"] == 1
        assert len(events) == 3
        sandbox.admin("POST", "/athletes/1001/activities")
        assert delivered(sandbox, 2)["events_delivered"] == 1  # by the third try
        assert len(events) == 6
