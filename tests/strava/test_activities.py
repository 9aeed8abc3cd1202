"""What an athlete has at Strava, brought, told, kept up to date and put back there."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clubs import Club, Visitor, a_club
from sandboxes import a_sandbox
from sites import a_gpx, files, problem_in

PATIENCE_S = 15.0


def until(true: Callable[[], bool]) -> None:
    """Wait for what happens in the background."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def entries(visitor: Visitor, **params: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.get("/activities/", params=params).json()["entries"]
    return found


def newest(visitor: Visitor) -> str:
    return str(entries(visitor, limit=1)[0]["activity"]["id"])


def story_of(visitor: Visitor, activity_id: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = visitor.get(f"/activities/{activity_id}/").json()["story"]
    return found


def at_strava(club: Club, activity_id: str) -> dict[str, Any]:
    """The activity as Strava has it now."""
    found: dict[str, Any] = club.sandbox.admin("GET", f"/activities/{activity_id}").json()
    return found


# --- bringing ---


def test_after_a_sign_in_the_stories_are_told_by_themselves(club: Club) -> None:
    with club.member() as anna:
        until(lambda: all(entry["story"] for entry in entries(anna)))
        assert len(anna.get("/activities/processed/").json()["entries"]) == 3


def test_the_latest_three_are_brought(club: Club) -> None:
    with club.member() as anna:
        brought = anna.send("POST", "/activities/").json()
        assert (len(brought["entries"]), brought["added"]) == (3, 0)  # they came with the sign-in
        starts = [entry["activity"]["start"] for entry in brought["entries"]]
        assert starts == sorted(starts, reverse=True)


def test_more_are_brought_where_they_are_asked_for(club: Club) -> None:
    with club.member() as anna:
        brought = anna.send("POST", "/activities/", params={"limit": 50}).json()
        assert (len(brought["entries"]), brought["added"]) == (50, 47)


def test_the_same_activity_twice_is_one(club: Club) -> None:
    with club.member() as anna:
        for _ in range(2):
            brought = anna.send("POST", "/activities/", params={"limit": 10}).json()
        assert brought["added"] == 0
        assert len(entries(anna, limit=200)) == 10


def test_only_those_of_a_time_are_brought(club: Club) -> None:
    with club.member() as anna:
        third = entries(anna)[2]["activity"]["start"]
        answer = anna.send("POST", "/activities/", params={"before": third, "limit": 5}).json()
        assert len(answer["entries"]) == 5
        assert all(entry["activity"]["start"] < third for entry in answer["entries"])


def test_one_that_is_not_here_is_fetched_and_told(club: Club) -> None:
    with club.member() as anna:
        older = str(int(newest(anna)) - 20)
        told = anna.send("PUT", f"/activities/{older}/").json()
        assert told["activity"]["id"] == older
        assert told["story"]["author"]["kind"] == "composer"


def test_one_that_is_nowhere_is_not_found(club: Club) -> None:
    with club.member() as anna:
        answer = anna.send("PUT", "/activities/12/")
        assert problem_in(answer) == (404, "activity-not-found")


def test_what_the_athlete_brought_as_a_file_stays_theirs(club: Club) -> None:
    with club.member() as anna:
        sent = files(("a.gpx", a_gpx()))
        [mine] = anna.send("POST", "/activities/import", files=sent).json()["added"]
        anna.send("POST", "/activities/", params={"limit": 20})
        assert anna.get(f"/activities/{mine}/").json()["activity"]["source"]["kind"] == "file"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("403-inactive", (503, "strava-inactive")),
        ("503", (502, "strava-unreachable")),
        ("malformed", (502, "strava-unreachable")),
        ("cut", (502, "strava-unreachable")),
        ("404", (502, "strava-refused")),
    ],
)
def test_strava_failing_is_said(club: Club, fault: str, expected: tuple[int, str]) -> None:
    with club.member() as anna:
        club.sandbox.fault(fault, calls=3, path="/api/v3/athlete/activities")
        assert problem_in(anna.send("POST", "/activities/")) == expected
        assert len(entries(anna)) == 3


def test_one_fault_is_nothing(club: Club) -> None:
    with club.member() as anna:
        for fault in ("503", "cut", "401"):
            club.sandbox.fault(fault, path="/api/v3/athlete/activities")
            assert anna.send("POST", "/activities/").status_code == 200


def test_a_refusal_for_the_rate_limit_says_when_to_come_back(club: Club) -> None:
    with club.member() as anna:
        club.sandbox.fault("429", path="/api/v3/athlete/activities")
        answer = anna.send("POST", "/activities/")
        assert problem_in(answer) == (503, "strava-limited")
        assert answer.headers["retry-after"] == "60"


def test_at_the_rate_limit_strava_is_asked_no_more(tmp_path: Path) -> None:
    with (
        a_sandbox(read=(100, 4)) as sandbox,
        a_club(sandbox, tmp_path) as club,
        club.member() as anna,
    ):
        for _ in range(3):  # after the one of the sign-in
            assert anna.send("POST", "/activities/").status_code == 200
        answer = anna.send("POST", "/activities/")
        assert problem_in(answer) == (503, "strava-limited")
        assert 0 < int(answer.headers["retry-after"]) <= 86_400
        assert sandbox.admin("GET", "/state").json()["calls_refused"] == 0


def test_a_permission_that_ended_at_strava_is_said(club: Club) -> None:
    with club.member() as anna:
        club.sandbox.admin("POST", "/athletes/1001/deauthorize")
        answer = anna.send("POST", "/activities/")
        assert problem_in(answer) == (401, "sign-in-needed")


def test_a_token_that_ran_out_is_renewed(club: Club) -> None:
    with club.member() as anna:
        for _ in range(3):
            club.sandbox.admin("POST", "/athletes/1001/age")
            assert anna.send("POST", "/activities/").status_code == 200


# --- publishing ---


def told(visitor: Visitor) -> str:
    activity_id = newest(visitor)
    visitor.send("PUT", f"/activities/{activity_id}/")
    return activity_id


def test_what_publishing_would_change_is_shown_exactly(club: Club) -> None:
    with club.member() as anna:
        one = told(anna)
        change = anna.get(f"/activities/{one}/publish").json()
        anna.send("POST", f"/activities/{one}/publish")
        now = at_strava(club, one)
        assert change["after"] == {"name": now["name"], "description": now["description"]}
        assert change["before"]["name"] == "Coffee can wait"


def test_the_athletes_own_words_stay(club: Club) -> None:
    with club.member() as anna:
        one = told(anna)
        club.sandbox.admin("PUT", f"/activities/{one}", {"description": "My own words. "})
        anna.send("POST", f"/activities/{one}/publish")
        now, story = at_strava(club, one), story_of(anna, one)
        assert story is not None
        assert now["name"] == f"Coffee can wait · {story['title']}"
        assert now["description"] == f"My own words.\n\n{story['body']}"


@pytest.mark.parametrize("name", ["append", "keep", "replace"])
def test_publishing_can_be_undone(club: Club, name: str) -> None:
    with club.member() as anna:
        one = told(anna)
        club.sandbox.admin("PUT", f"/activities/{one}", {"description": "My own words. "})
        anna.send("POST", f"/activities/{one}/publish", json={"name": name})
        assert anna.send("DELETE", f"/activities/{one}/publish").status_code == 200
        now = at_strava(club, one)
        assert (now["name"], now["description"]) == ("Coffee can wait", "My own words. ")
        answer = anna.send("DELETE", f"/activities/{one}/publish")
        assert problem_in(answer) == (404, "nothing-published")


def test_published_again_a_new_story_takes_the_place_of_the_old_one(club: Club) -> None:
    with club.member() as anna:
        one = told(anna)
        first = story_of(anna, one)
        for _ in range(2):
            anna.send("POST", f"/activities/{one}/publish")
        anna.send("PUT", f"/activities/{one}/", json={"again": True})
        anna.send("POST", f"/activities/{one}/publish")
        second, now = story_of(anna, one), at_strava(club, one)
        assert first is not None
        assert second is not None
        assert first["body"] not in now["description"]
        assert now["description"] == second["body"]


def test_what_the_athlete_wrote_meanwhile_stays_when_it_is_undone(club: Club) -> None:
    with club.member() as anna:
        one = told(anna)
        anna.send("POST", f"/activities/{one}/publish")
        now = at_strava(club, one)
        changed = {"name": "My new name", "description": f"{now['description']}\n\nAdded later."}
        club.sandbox.admin("PUT", f"/activities/{one}", changed)
        anna.send("DELETE", f"/activities/{one}/publish")
        now = at_strava(club, one)
        assert (now["name"], now["description"]) == ("My new name", "Added later.")


def test_without_a_story_there_is_nothing_to_publish(club: Club) -> None:
    with club.member() as anna:
        older = anna.send("POST", "/activities/", params={"limit": 5}).json()["entries"][4]
        answer = anna.send("POST", f"/activities/{older['activity']['id']}/publish")
        assert problem_in(answer) == (409, "nothing-to-publish")


def test_without_the_permission_nothing_is_published(club: Club) -> None:
    with club.member(scopes="read,activity:read") as anna:
        answer = anna.send("POST", f"/activities/{told(anna)}/publish")
        assert problem_in(answer) == (403, "scope-missing")


def test_the_pages_publish_and_undo(club: Club) -> None:
    with club.member() as anna:
        one = told(anna)
        assert "What will change at Strava" in anna.get(f"/publish/{one}").text
        assert anna.send("POST", f"/publish/{one}", data={"name": "keep"}).status_code == 303
        story = story_of(anna, one)
        assert story is not None
        assert at_strava(club, one)["description"] == story["body"]
        anna.send("POST", f"/publish/{one}/undo")
        assert at_strava(club, one)["description"] in {"", None}
