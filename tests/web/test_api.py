import json

import pytest
from starlette.testclient import TestClient
from typing_extensions import override

from builders import an_activity
from fakes import MemoryStore
from sites import a_client, a_site, problem_in
from stridetale.errors import StoreUnavailable
from stridetale.library import Entry, Page
from stridetale.story import Story


def _told(client: TestClient, activity_id: str, **order: object) -> Entry:
    answer = client.put(f"/activities/{activity_id}/", json=order)
    assert answer.status_code == 200, answer.text
    return Entry.model_validate_json(answer.content)


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
WEEK = [an_activity(on=day, id=str(number)) for number, day in enumerate(DAYS)]


def _ids(content: bytes) -> list[str]:
    return [entry.activity.id for entry in Page.model_validate_json(content).entries]


class TestPages:
    def test_the_last_three_come_without_asking(self) -> None:
        with a_client(a_site(*WEEK)) as client:
            assert _ids(client.get("/activities/").content) == ["4", "3", "2"]

    def test_the_cursor_leads_through_all_once(self) -> None:
        seen: list[str] = []
        with a_client(a_site(*WEEK)) as client:
            before: dict[str, str] = {}
            while before is not None:
                answer = client.get("/activities/", params={"limit": "2", **before})
                seen += _ids(answer.content)
                following = answer.json()["next"]
                if following is None:
                    break
                before = {"before": following}
        assert seen == ["4", "3", "2", "1", "0"]

    def test_processed_are_those_with_a_story(self) -> None:
        with a_client(a_site(*WEEK)) as client:
            for activity_id in ("1", "3"):
                _told(client, activity_id)
            assert _ids(client.get("/activities/processed/").content) == ["3", "1"]

    def test_processed_come_in_pages(self) -> None:
        with a_client(a_site(*WEEK)) as client:
            for activity_id in ("1", "3"):
                _told(client, activity_id)
            first = client.get("/activities/processed/", params={"limit": 1})
            following = {"limit": "1", "before": first.json()["next"]}
            second = client.get("/activities/processed/", params=following)
            assert _ids(first.content) + _ids(second.content) == ["3", "1"]

    @pytest.mark.parametrize("limit", ["0", "201", "-1", "x", ""])
    def test_a_limit_out_of_bounds_is_malformed(self, limit: str) -> None:
        with a_client(a_site()) as client:
            answer = client.get("/activities/", params={"limit": limit})
            assert problem_in(answer) == (422, "request-malformed")
            assert "limit" in answer.json()["detail"]

    @pytest.mark.parametrize("before", ["", "x", "…", "MTIz", "bm90LWEtbnVtYmVyLDE"])
    def test_a_cursor_that_is_not_ours_is_refused(self, before: str) -> None:
        with a_client(a_site()) as client:
            answer = client.get("/activities/", params={"before": before})
            assert problem_in(answer) == (400, "cursor-invalid")


class TestTelling:
    def test_a_story_is_told_and_kept(self) -> None:
        with a_client(a_site(an_activity())) as client:
            told = _told(client, "1")
            assert told.story is not None
            assert Entry.model_validate_json(client.get("/activities/1/").content) == told

    def test_no_body_is_needed(self) -> None:
        with a_client(a_site(an_activity())) as client:
            assert client.put("/activities/1/").json()["story"]["tone"] == "warm"

    def test_the_order_decides_on_tone_units_and_locale(self) -> None:
        with a_client(a_site(an_activity())) as client:
            story = _told(client, "1", tone="epic", units="imperial", locale="en-US").story
            assert story is not None
            assert (story.tone, story.units, story.locale) == ("epic", "imperial", "en_US")

    def test_a_told_story_is_said_in_other_units_without_a_new_one(self) -> None:
        with a_client(a_site(an_activity())) as client:
            first = _told(client, "1").story
            miles = _told(client, "1", units="imperial").story
            assert first is not None
            assert miles is not None
            assert (miles.template, miles.units) == (first.template, "imperial")
            assert len(client.get("/activities/1/stories/").json()) == 1

    def test_told_again_the_old_story_stays_in_the_history(self) -> None:
        with a_client(a_site(an_activity())) as client:
            first = _told(client, "1").story
            second = _told(client, "1", again=True).story
            history = client.get("/activities/1/stories/").json()
            assert [Story.model_validate(story) for story in history] == [second, first]

    def test_the_same_seed_tells_the_same_story(self) -> None:
        with a_client(a_site(an_activity())) as client:
            first = _told(client, "1", seed=5, again=True).story
            second = _told(client, "1", seed=5, again=True).story
            assert first is not None
            assert second is not None
            assert first.text == second.text

    def test_a_seed_may_be_written_as_any_number_that_is_whole(self) -> None:
        with a_client(a_site(an_activity())) as client:
            assert client.put("/activities/1/", json={"seed": 881.0}).status_code == 200

    @pytest.mark.parametrize(
        ("order", "names"),
        [
            ({"tone": "angry"}, "tone"),
            ({"units": "leagues"}, "units"),
            ({"locale": "tlh"}, "locale"),
            ({"locale": "x" * 30}, "locale"),
            ({"seed": -1}, "seed"),
            ({"seed": 2**32}, "seed"),
            ({"seed": "1"}, "seed"),
            ({"seed": 1.5}, "seed"),
            ({"seed": True}, "seed"),
            ({"again": "yes"}, "again"),
            ({"tune": "warm"}, "tune"),
            ([], "body"),
        ],
    )
    def test_an_order_that_the_api_does_not_know_is_malformed(
        self, order: object, names: str
    ) -> None:
        with a_client(a_site(an_activity())) as client:
            answer = client.put("/activities/1/", json=order)
            assert problem_in(answer) == (422, "request-malformed")
            assert names in answer.json()["detail"]

    @pytest.mark.parametrize("content", [b"{", b"\xff", b'{"tone":', b"[" * 5_000])
    def test_a_body_that_is_no_json_is_malformed(self, content: bytes) -> None:
        with a_client(a_site(an_activity())) as client:
            headers = {"content-type": "application/json"}
            answer = client.put("/activities/1/", content=content, headers=headers)
            assert problem_in(answer) == (422, "request-malformed")

    def test_a_body_that_does_not_say_it_is_json_is_told_to(self) -> None:
        with a_client(a_site(an_activity())) as client:
            headers = {"content-type": "application/x-www-form-urlencoded"}
            answer = client.put("/activities/1/", content=b'{"tone":"warm"}', headers=headers)
            assert problem_in(answer) == (422, "request-malformed")
            assert "application/json" in answer.json()["detail"]

    @pytest.mark.parametrize("length_said", [True, False])
    def test_a_body_without_end_is_malformed(self, *, length_said: bool) -> None:
        body = json.dumps({"tone": "x" * 100_000}).encode()
        with a_client(a_site(an_activity())) as client:
            headers = {"content-type": "application/json"}
            sent = body if length_said else iter([body])
            answer = client.put("/activities/1/", content=sent, headers=headers)
            assert problem_in(answer) == (422, "request-malformed")
            assert "64 KiB" in answer.json()["detail"]


class TestAddresses:
    def test_a_deleted_activity_is_gone(self) -> None:
        with a_client(a_site(an_activity())) as client:
            assert client.delete("/activities/1/").status_code == 204
            assert problem_in(client.get("/activities/1/")) == (404, "activity-not-found")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/activities/9/"),
            ("PUT", "/activities/9/"),
            ("DELETE", "/activities/9/"),
            ("GET", "/activities/9/stories/"),
        ],
    )
    def test_an_unknown_activity_is_not_found(self, method: str, path: str) -> None:
        with a_client(a_site()) as client:
            assert problem_in(client.request(method, path)) == (404, "activity-not-found")

    @pytest.mark.parametrize("activity_id", ["a_b", "x" * 41, "%2e%2e", "a%00b", "é", "a%0a"])
    def test_what_cannot_be_an_id_is_not_found(self, activity_id: str) -> None:
        with a_client(a_site()) as client:
            answer = client.get(f"/activities/{activity_id}/")
            assert problem_in(answer) == (404, "page-not-found")

    @pytest.mark.parametrize(
        ("method", "path", "right"),
        [
            ("GET", "/activities", "/activities/"),
            ("GET", "/activities/processed", "/activities/processed/"),
            ("GET", "/activities/1", "/activities/1/"),
            ("PUT", "/activities/1", "/activities/1/"),
            ("DELETE", "/activities/1", "/activities/1/"),
            ("GET", "/activities/1/stories", "/activities/1/stories/"),
            ("POST", "/activities/import/", "/activities/import"),
            ("GET", "/healthz/", "/healthz"),
        ],
    )
    def test_the_other_slash_leads_to_the_right_one(
        self, method: str, path: str, right: str
    ) -> None:
        with a_client(a_site()) as client:
            answer = client.request(method, path + "?a=b")
            assert answer.status_code in {307, 308}
            assert (
                answer.headers["location"].removeprefix("http://localhost:8000") == f"{right}?a=b"
            )

    @pytest.mark.parametrize(
        ("method", "path", "allow"),
        [
            ("PATCH", "/activities/1/", "DELETE, GET, HEAD, PUT"),
            ("PATCH", "/activities/", "GET, HEAD, POST"),
            ("GET", "/add", "POST"),
            ("DELETE", "/healthz", "GET, HEAD"),
        ],
    )
    def test_a_wrong_method_is_told_the_right_ones(
        self, method: str, path: str, allow: str
    ) -> None:
        with a_client(a_site()) as client:
            answer = client.request(method, path)
            assert problem_in(answer) == (405, "method-not-allowed")
            assert answer.headers["allow"] == allow

    def test_there_is_nothing_at_an_unknown_path(self) -> None:
        with a_client(a_site()) as client:
            assert problem_in(client.get("/nowhere")) == (404, "page-not-found")

    @pytest.mark.parametrize("path", ["/", "/activities/", "/healthz"])
    def test_head_answers_as_get_without_a_body(self, path: str) -> None:
        with a_client(a_site()) as client:
            head, get = client.head(path), client.get(path)
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == get.headers["content-length"]


class _DeadStore(MemoryStore):
    @override
    async def ping(self) -> None:
        raise StoreUnavailable("The store does not answer.")


class TestHealth:
    def test_the_service_is_alive_without_a_store(self) -> None:
        with a_client(a_site(store=_DeadStore())) as client:
            assert client.get("/healthz").json() == {"status": "ok"}

    def test_the_service_is_ready_with_a_store(self) -> None:
        with a_client(a_site()) as client:
            assert client.get("/readyz").json() == {"status": "ok"}

    def test_the_service_is_not_ready_without_a_store(self) -> None:
        with a_client(a_site(store=_DeadStore())) as client:
            answer = client.get("/readyz")
            assert problem_in(answer) == (503, "store-unavailable")
            assert answer.json()["transient"] is True
            assert int(answer.headers["retry-after"]) > 0
