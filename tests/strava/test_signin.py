"""Signing in with Strava, staying in, going out."""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from clubs import Club, a_club
from sandboxes import Sandbox
from sites import HTML, problem_in
from stridetale.web.app import ROUTERS

SESSION = "stridetale-session"


def kind(answer: httpx2.Response) -> tuple[int, str]:
    return problem_in(answer)


def test_an_athlete_signs_in_and_is_known(club: Club) -> None:
    with club.member(1001) as anna:
        me = anna.get("/me").json()
        assert (me["athlete"], me["name"]) == ("1001", "Ada Fjordholt")


def test_the_last_three_activities_arrive(club: Club) -> None:
    with club.member() as anna:
        assert len(anna.get("/activities/").json()["entries"]) == 3


def test_a_session_cookie_cannot_be_read_or_sent_from_elsewhere(club: Club) -> None:
    with club.visitor() as anna:
        cookie = anna.sign_in().headers.get_list("set-cookie")
        [session] = [one for one in cookie if one.startswith(SESSION)]
        assert "HttpOnly" in session
        assert "SameSite=lax" in session
        assert "Secure" not in session  # on loopback, where there is no TLS


def test_a_session_cookie_off_loopback_needs_tls(sandbox: Sandbox, tmp_path: Path) -> None:
    named = a_club(sandbox, tmp_path, allowed_hosts="club.example")
    with named as club, club.visitor(host="club.example") as anna:
        assert "Secure" in anna.get("/auth/strava").headers["set-cookie"]


def test_strava_is_told_the_public_address(sandbox: Sandbox, tmp_path: Path) -> None:
    public = a_club(sandbox, tmp_path, public_url="https://club.example/")
    with public as club, club.visitor() as anna:
        assert anna.begin()["redirect_uri"] == "https://club.example/auth/strava/callback"


def test_each_sign_in_has_a_session_of_its_own_and_ends_the_old_one(club: Club) -> None:
    with club.member() as anna, club.visitor() as thief:
        old = anna.http.cookies[SESSION]
        anna.sign_in()
        assert anna.http.cookies[SESSION] != old
        thief.http.cookies.set(SESSION, old)
        assert kind(thief.get("/me")) == (401, "not-signed-in")


def test_a_session_that_was_signed_out_of_is_over_everywhere(club: Club) -> None:
    with club.member() as anna, club.visitor() as thief:
        thief.http.cookies.set(SESSION, anna.http.cookies[SESSION])
        assert anna.send("POST", "/auth/sign-out").status_code == 303
        assert kind(thief.get("/me")) == (401, "not-signed-in")
        assert kind(anna.get("/me")) == (401, "not-signed-in")


def test_another_browser_cannot_finish_a_sign_in(club: Club) -> None:
    with club.visitor() as anna, club.visitor() as ben:
        back = club.sandbox.agreed(1001, state=anna.begin()["state"])
        assert kind(ben.get("/auth/strava/callback", params=back)) == (400, "sign-in-failed")


def test_a_sign_in_that_was_begun_elsewhere_is_refused(club: Club) -> None:
    with club.visitor() as ben:
        ben.begin()
        back = club.sandbox.agreed(1001, state="an attacker's")
        assert kind(ben.get("/auth/strava/callback", params=back)) == (400, "sign-in-failed")
        assert kind(ben.get("/me")) == (401, "not-signed-in")


def test_who_declines_is_told_so(club: Club) -> None:
    with club.visitor() as anna:
        state = anna.begin()["state"]
        answer = anna.get(
            "/auth/strava/callback", params={"state": state, "error": "access_denied"}
        )
        assert kind(answer) == (400, "sign-in-failed")
        assert "declined" in answer.json()["detail"]


def test_a_scope_that_was_unticked_is_named(club: Club) -> None:
    with club.visitor() as anna:
        answer = anna.sign_in(scopes="read,activity:write")
        assert kind(answer) == (400, "sign-in-failed")
        assert "activity:read" in answer.json()["detail"]
        assert kind(anna.get("/me")) == (401, "not-signed-in")


def test_a_code_is_good_once(club: Club) -> None:
    with club.visitor() as anna, club.visitor() as again:
        back = club.sandbox.agreed(1001, state=anna.begin()["state"])
        assert anna.get("/auth/strava/callback", params=back).status_code == 303
        params = back | {"state": again.begin()["state"]}
        answer = again.get("/auth/strava/callback", params=params)
        assert kind(answer) == (401, "sign-in-needed")


def test_an_athlete_who_is_not_on_the_list_stays_out(sandbox: Sandbox, tmp_path: Path) -> None:
    listed = a_club(sandbox, tmp_path, strava_athletes="1002, 1003")
    with listed as club, club.visitor() as anna, club.member(1002) as ben:
        assert kind(anna.sign_in(1001)) == (403, "athlete-not-allowed")
        assert kind(anna.get("/me")) == (401, "not-signed-in")
        assert ben.get("/me").status_code == 200


def test_who_is_taken_off_the_list_is_out_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    with a_club(sandbox, tmp_path) as club, club.member(1001) as anna:
        session = anna.http.cookies[SESSION]
    with a_club(sandbox, tmp_path, strava_athletes="1002") as club, club.visitor() as anna:
        anna.http.cookies.set(SESSION, session)
        assert kind(anna.get("/me")) == (403, "athlete-not-allowed")


def test_a_session_survives_a_restart(sandbox: Sandbox, tmp_path: Path) -> None:
    with a_club(sandbox, tmp_path) as club, club.member(1001) as anna:
        session = anna.http.cookies[SESSION]
    with a_club(sandbox, tmp_path) as club, club.visitor() as anna:
        anna.http.cookies.set(SESSION, session)
        assert anna.get("/me").json()["athlete"] == "1001"


def test_strava_that_fails_just_now_keeps_nobody_out(club: Club) -> None:
    club.sandbox.fault("503", calls=9, path="/api/v3")
    with club.member() as anna:
        page = anna.get("/", headers=HTML).text
        assert "Welcome, Ada Fjordholt." in page
        assert "Strava answers 503." in page


def test_without_a_policy_strava_is_not_connected(sandbox: Sandbox, tmp_path: Path) -> None:
    with a_club(sandbox, tmp_path, strava_data_policy=None) as club, club.visitor() as anna:
        answer = anna.get("/auth/strava")
        assert kind(answer) == (409, "strava-not-set-up")
        assert "STRIDETALE_STRAVA_DATA_POLICY" in answer.json()["detail"]


def test_who_is_not_signed_in_is_asked_to(club: Club) -> None:
    with club.visitor() as anna:
        page = anna.get("/", headers=HTML)
        assert page.status_code == 200
        assert "Connect with Strava" in page.text


# --- tokens ---


def make_token(anna: "object", name: str = "script") -> dict[str, str]:
    answer = anna.send("POST", "/me/tokens", json={"name": name})  # type: ignore[attr-defined]  # a visitor
    assert answer.status_code == 201
    made: dict[str, str] = answer.json()
    return made


def test_a_token_does_what_its_athlete_can(club: Club) -> None:
    with club.member() as anna:
        secret = make_token(anna)["secret"]
    with club.visitor(authorization=f"Bearer {secret}") as script:
        assert script.get("/me").json()["athlete"] == "1001"
        assert len(script.get("/activities/").json()["entries"]) == 3


def test_a_token_is_shown_once(club: Club) -> None:
    with club.member() as anna:
        made = make_token(anna, "backup")
        [listed] = anna.get("/me/tokens").json()
        assert listed["name"] == "backup"
        assert made["secret"] not in anna.get("/me/tokens").text


def test_a_token_that_was_revoked_is_nobodys(club: Club) -> None:
    with club.member() as anna:
        made = make_token(anna)
        assert anna.send("DELETE", f"/me/tokens/{made['id']}").status_code == 204
        assert kind(anna.send("DELETE", f"/me/tokens/{made['id']}")) == (404, "token-not-found")
    with club.visitor(authorization=f"Bearer {made['secret']}") as script:
        answer = script.get("/me")
        assert kind(answer) == (401, "not-signed-in")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer x", "Bearer", "Basic eDp5", f"Bearer {'x' * 5000}"])
def test_what_is_no_token_is_nobodys(club: Club, header: str) -> None:
    with club.visitor(authorization=header) as script:
        assert kind(script.get("/me")) == (401, "not-signed-in")


# --- each sees their own ---

ROUTES = [
    ("GET", "/activities/{id}/"),
    ("PUT", "/activities/{id}/"),
    ("DELETE", "/activities/{id}/"),
    ("GET", "/activities/{id}/stories/"),
    ("GET", "/activities/{id}/publish"),
    ("POST", "/activities/{id}/publish"),
    ("DELETE", "/activities/{id}/publish"),
    ("GET", "/story/{id}"),
]
LISTS = [
    ("GET", "/activities/"),
    ("POST", "/activities/"),
    ("GET", "/activities/processed/"),
    ("POST", "/activities/import"),
    ("GET", "/me"),
    ("DELETE", "/me"),
    ("GET", "/me/export"),
    ("GET", "/me/tokens"),
    ("POST", "/me/tokens"),
    ("DELETE", "/me/tokens/00000000"),
    ("GET", "/account"),
    ("POST", "/account/tokens"),
    ("POST", "/account/tokens/00000000/revoke"),
    ("POST", "/account/delete"),
    ("POST", "/add"),
    ("POST", "/tell/{id}"),
    ("GET", "/publish/{id}"),
    ("POST", "/publish/{id}"),
    ("POST", "/publish/{id}/undo"),
]


def test_anothers_activity_is_not_there(club: Club) -> None:
    with club.member(1001) as anna, club.member(1002) as ben:
        mine = anna.get("/activities/").json()["entries"][0]["activity"]["id"]
        for method, path in ROUTES:
            answer = ben.send(method, path.format(id=mine))
            assert answer.status_code == 404, (method, path, answer.text)
        assert anna.get(f"/activities/{mine}/").status_code == 200


@pytest.mark.parametrize("revoked", [False, True], ids=["signed out", "a revoked session"])
def test_without_a_session_nothing_is_shown(club: Club, *, revoked: bool) -> None:
    with club.member() as anna, club.visitor() as nobody:
        mine = anna.get("/activities/").json()["entries"][0]["activity"]["id"]
        if revoked:
            nobody.http.cookies.set(SESSION, anna.http.cookies[SESSION])
            anna.send("POST", "/auth/sign-out")
        for method, path in [*ROUTES, *LISTS]:
            answer = nobody.send(method, path.format(id=mine))
            assert answer.status_code == 401, (method, path, answer.text)


def test_every_route_is_tried_without_a_session() -> None:
    """Fails when a route comes in that the lists above do not have."""
    open_to_all = {
        "/", "/docs", "/healthz", "/readyz", "/auth/strava", "/auth/strava/callback",
        "/auth/sign-out", "/strava/webhook", "/activities/import/",
    }  # fmt: skip
    tried = {path.replace("{id}", "{activity_id}") for _, path in [*ROUTES, *LISTS]}
    tried = {path.replace("00000000", "{token_id}") for path in tried}
    routes = {str(getattr(route, "path", "")) for router in ROUTERS for route in router.routes}
    assert routes - open_to_all == tried


def test_an_account_that_cannot_be_read_is_mended_by_the_next_sign_in(
    club: Club, tmp_path: Path
) -> None:
    club.member().http.close()
    with closing(sqlite3.connect(tmp_path / "stridetale.db")) as connection:
        connection.execute("UPDATE records SET document = '{' WHERE kind = 'athlete'")
        connection.commit()
    with club.member() as anna:
        assert anna.get("/me").json()["name"] == "Ada Fjordholt"
