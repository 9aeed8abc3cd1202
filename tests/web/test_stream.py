import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from anyio import Event, create_task_group, fail_after
from fastapi import FastAPI
from starlette.types import Message
from typing_extensions import override

from builders import an_activity
from fakes import MemoryStore, Pause, ScriptedWriter
from sites import TRUE, a_client, a_site
from stridetale.activity import ActivityId
from stridetale.athlete import AthleteId
from stridetale.errors import StoreUnavailable, WriterUnreachable
from stridetale.library import Entry
from stridetale.story import Story, Writing
from stridetale.web.turns import WAITING

STREAM = {"accept": "text/event-stream"}

FALSE = TRUE.replace("{day}", "Sunday")


def _events(text: str) -> list[tuple[str, Any]]:
    """The events of a stream, with what each of them carries."""
    found = []
    for block in text.split("\r\n\r\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\r\n") if ": " in line)
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def _stream(app: FastAPI, path: str = "/activities/1/", **order: object) -> list[tuple[str, Any]]:
    with a_client(app) as client:
        answer = client.put(path, headers=STREAM, json=order)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        return _events(answer.text)


class TestEvents:
    def test_a_stream_ends_with_the_story(self) -> None:
        events = _stream(a_site(an_activity()))
        assert [name for name, _ in events] == ["story"]
        assert Entry.model_validate(events[-1][1]).story is not None

    def test_the_story_of_a_stream_is_kept(self) -> None:
        app = a_site(an_activity())
        with a_client(app) as client:
            [(_, told)] = _events(client.put("/activities/1/", headers=STREAM).text)
            assert client.get("/activities/1/").json() == told

    def test_an_order_decides_on_the_streamed_story(self) -> None:
        [(_, told)] = _stream(a_site(an_activity()), tone="funny", units="imperial")
        assert (told["story"]["tone"], told["story"]["units"]) == ("funny", "imperial")

    def test_a_true_draft_is_judged_without_contradiction(self) -> None:
        writer = ScriptedWriter(TRUE)
        events = dict(_stream(a_site(an_activity(), writer=writer)))
        assert events["judged"]["contradictions"] == []
        assert events["story"]["story"]["author"]["kind"] == "model"

    def test_a_judged_draft_has_its_slots_filled(self) -> None:
        events = dict(_stream(a_site(an_activity(), writer=ScriptedWriter(TRUE))))
        assert "42.3 kilometres" in events["judged"]["body"]
        assert events["judged"]["title"].startswith("A Ride")

    def test_a_beginning_that_was_stopped_says_so(self) -> None:
        begun = Writing(0, "Two Wheels\nYou rodened.")
        events = dict(_stream(a_site(an_activity(), writer=ScriptedWriter(begun))))
        assert events["judged"]["whole"] is False
        assert events["judged"]["faults"] == ["no word: rodened"]

    def test_a_contradiction_says_what_is_true(self) -> None:
        events = dict(_stream(a_site(an_activity(), writer=ScriptedWriter(FALSE))))
        [found] = events["judged"]["contradictions"]
        assert found["said"] == "Sunday"
        assert found["actual"] == "Tuesday"
        assert found["where"] == "body"
        assert found["kind"]
        assert "Sunday" in found["sentence"]
        assert events["story"]["story"]["author"]["kind"] == "composer"

    def test_a_draft_is_shown_as_it_grows(self) -> None:
        writer = ScriptedWriter(Writing(0, "A {sport}"), TRUE)
        events = dict(_stream(a_site(an_activity(), writer=writer)))
        assert events["draft"] == {"candidate": 0, "text": "A {sport}"}

    def test_a_token_is_no_event_of_its_own(self) -> None:
        tokens = [Writing(candidate, "A" * size) for size in range(200) for candidate in (0, 1)]
        events = _stream(a_site(an_activity(), writer=ScriptedWriter(*tokens, TRUE)))
        drafts = [data["candidate"] for name, data in events if name == "draft"]
        assert set(drafts) == {0, 1}
        assert len(drafts) < 100

    def test_a_writer_that_fails_gives_up_and_the_composer_tells(self) -> None:
        writer = ScriptedWriter(WriterUnreachable("The endpoint does not answer."))
        events = _stream(a_site(an_activity(), writer=writer))
        assert [name for name, _ in events] == ["gave_up", "story"]
        assert events[0][1]["kind"] == "writer-unreachable"
        assert events[1][1]["story"]["author"]["kind"] == "composer"

    def test_a_failure_in_mid_stream_is_a_problem(self) -> None:
        events = _stream(a_site(an_activity(), store=_NoStories(StoreUnavailable("It is gone."))))
        assert [(name, data["kind"]) for name, data in events] == [("problem", "store-unavailable")]

    def test_a_defect_in_mid_stream_shows_only_the_request_id(self) -> None:
        app = a_site(an_activity(), store=_NoStories(ZeroDivisionError("secret")))
        with a_client(app) as client:
            answer = client.put("/activities/1/", headers=STREAM)
            [(name, problem)] = _events(answer.text)
        assert (name, problem["kind"]) == ("problem", "unforeseen")
        assert answer.headers["x-request-id"] in problem["detail"]
        assert "secret" not in answer.text


class _NoStories(MemoryStore):
    """A store that fails when a story is to be kept."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self._failure = failure

    @override
    async def keep_story(self, athlete: AthleteId, activity_id: ActivityId, story: Story) -> None:
        raise self._failure


class TestBeforeAStream:
    def test_an_unknown_activity_is_not_found(self) -> None:
        with a_client(a_site()) as client:
            answer = client.put("/activities/9/", headers=STREAM)
            assert answer.status_code == 404
            assert answer.json()["kind"] == "activity-not-found"

    @pytest.mark.parametrize(
        ("accept", "streamed"),
        [
            ("text/event-stream", True),
            ("application/json;q=0.5, text/event-stream", True),
            ("application/json, text/event-stream;q=0.5", False),
            ("application/json", False),
            ("*/*", False),
            ("text/event-stream;q=0", False),
            ("text/event-stream;q=much", False),
        ],
    )
    def test_the_client_says_whether_it_wants_a_stream(
        self, accept: str, *, streamed: bool
    ) -> None:
        with a_client(a_site(an_activity())) as client:
            answer = client.put("/activities/1/", headers={"accept": accept})
            assert answer.headers["content-type"].startswith("text/event-stream") == streamed


class _Call:
    """A request, sent to the application itself, that can leave before the answer."""

    def __init__(self, app: FastAPI, accept: str) -> None:
        self._app = app
        self._accept = accept
        self._asked = False
        self.gone = Event()
        self.messages: list[Message] = []
        self.body = b""
        self.arrived: Callable[[], object] = lambda: None

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    async def run(self) -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "PUT",
            "scheme": "http",
            "path": "/activities/1/",
            "raw_path": b"/activities/1/",
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"localhost"), (b"accept", self._accept.encode())],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
            "state": {},
        }
        await self._app(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self.messages.append(message)
        self.body += message.get("body", b"")
        self.arrived()


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    with fail_after(30):
        async with app.router.lifespan_context(app):
            yield


async def _until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 (what is waited for sets no event)
        await anyio.sleep(0.01)


class TestLeaving:
    async def test_who_leaves_stops_the_telling(self) -> None:
        writer = ScriptedWriter(Writing(0, "A"), Pause())
        store = MemoryStore()
        app = a_site(an_activity(), writer=writer, store=store, story_seconds=600)
        async with _running(app), create_task_group() as tasks:
            call = _Call(app, "text/event-stream")
            tasks.start_soon(call.run)
            await _until(lambda: b"event: draft" in call.body)
            assert writer.drafting == 1
            call.gone.set()
            await _until(lambda: writer.drafting == 0)
        assert await store.stories(AthleteId("local"), ActivityId("1")) == []

    async def test_who_left_gave_the_turn_on(self) -> None:
        writer = ScriptedWriter(Writing(0, "A"), Pause())
        app = a_site(an_activity(), writer=writer, story_seconds=600)
        async with _running(app):
            for _ in range(10):  # more than are told at once
                async with create_task_group() as tasks:
                    call = _Call(app, "text/event-stream")
                    tasks.start_soon(call.run)
                    await _until(lambda: b"event: draft" in call.body)  # noqa: B023 (awaited here)
                    call.gone.set()


class TestTurns:
    @pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
    async def test_beyond_those_who_wait_the_rest_are_asked_to_come_back(self, accept: str) -> None:
        app = a_site(an_activity(), writer=ScriptedWriter(Pause()), story_seconds=600)
        async with _running(app), create_task_group() as tasks:
            turns = app.state.desk.turns
            for _ in range(4 + WAITING):
                tasks.start_soon(_Call(app, "text/event-stream").run)
            await _until(lambda: turns._asked == 4 + WAITING)
            call = _Call(app, accept)
            await call.run()
            assert call.status == 503
            assert json.loads(call.body)["kind"] == "too-many-at-once"
            assert (b"retry-after", b"5") in call.messages[0]["headers"]
            tasks.cancel_scope.cancel()

    async def test_a_few_are_told_at_once(self) -> None:
        writer = ScriptedWriter(Pause())
        app = a_site(an_activity(), writer=writer, story_seconds=600)
        async with _running(app), create_task_group() as tasks:
            for _ in range(9):
                tasks.start_soon(_Call(app, "text/event-stream").run)
            await _until(lambda: app.state.desk.turns._asked == 9)
            await anyio.sleep(0.1)
            assert writer.drafting == 4
            tasks.cancel_scope.cancel()
