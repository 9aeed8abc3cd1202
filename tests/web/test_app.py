import logging
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from anyio import create_task_group
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs
from typing_extensions import override

from builders import an_activity
from fakes import MemoryStore, ScriptedWriter
from sites import BASE, HTML, a_client, a_gpx, a_site, files, site_settings
from stridetale.errors import StoreUnavailable, WeightsMissing
from stridetale.web.app import create_app
from stridetale.web.front import Front
from stridetale.web.guard import Guard

SECRET = "what nobody should see"  # noqa: S105 (no password)


class _BrokenStore(MemoryStore):
    """A store with a defect in it."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self._failure = failure

    @override
    async def ping(self) -> None:
        raise self._failure


class TestDefects:
    def test_a_defect_shows_only_the_request_id(self) -> None:
        app = a_site(store=_BrokenStore(ZeroDivisionError(SECRET)))
        with a_client(app) as client, capture_logs():
            answer = client.get("/readyz")
        assert answer.status_code == 500
        assert answer.json()["kind"] == "unforeseen"
        assert answer.headers["x-request-id"] in answer.json()["detail"]
        assert SECRET not in answer.text

    def test_a_defect_is_a_page_for_a_person(self) -> None:
        app = a_site(store=_BrokenStore(ZeroDivisionError(SECRET)))
        with a_client(app, **HTML) as client, capture_logs():
            answer = client.get("/readyz")
        assert answer.headers["content-type"].startswith("text/html")
        assert SECRET not in answer.text

    def test_the_log_has_the_traceback(self) -> None:
        app = a_site(store=_BrokenStore(ZeroDivisionError(SECRET)))
        with a_client(app) as client, capture_logs() as logs:
            client.get("/readyz")
        assert [entry["event"] for entry in logs] == ["http.unforeseen", "http.request"]
        assert logs[0]["exc_info"]

    def test_the_log_has_why_the_store_failed(self) -> None:
        app = a_site(store=_BrokenStore(StoreUnavailable("It is locked.")))
        with a_client(app) as client, capture_logs() as logs:
            client.get("/readyz")
        assert [entry["event"] for entry in logs] == ["http.failed", "http.request"]
        assert logs[0]["kind"] == "store-unavailable"


def _logged(path: str, method: str = "GET", **request: Any) -> dict[str, Any]:  # noqa: ANN401 (whatever the client takes)
    with a_client(a_site(an_activity())) as client, capture_logs() as logs:
        client.request(method, path, **request)
    [entry] = [dict(entry) for entry in logs if entry["event"] == "http.request"]
    return entry


class TestBrokenOff:
    async def test_who_leaves_in_mid_upload_gets_no_answer_and_one_line_of_log(self) -> None:
        app = a_site()
        sent: list[Message] = []
        part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
        messages: Iterator[Message] = iter(
            [
                {"type": "http.request", "body": part, "more_body": True},
                {"type": "http.disconnect"},
            ]
        )

        async def receive() -> Message:
            return next(messages)

        async def send(message: Message) -> None:
            sent.append(message)

        async with app.router.lifespan_context(app):
            with capture_logs() as logs:
                await app(_upload_scope(), receive, send)
        assert sent == []
        assert [(entry["event"], entry["status"]) for entry in logs] == [("http.request", 499)]

    async def test_a_defect_in_mid_answer_breaks_the_connection(self) -> None:
        async def half(_: Scope, __: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            raise ZeroDivisionError

        async def send(message: Message) -> None:
            assert message["type"] == "http.response.start"

        front = Front(half, Guard.of(site_settings()))
        with capture_logs() as logs, pytest.raises(ZeroDivisionError):
            await front(_upload_scope(), _nothing, send)
        assert [entry["event"] for entry in logs] == ["http.unforeseen", "http.request"]


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def _upload_scope() -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/activities/import",
        "raw_path": b"/activities/import",
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"multipart/form-data; boundary=b"),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }


class TestRequestLog:
    def test_a_request_is_one_line(self) -> None:
        entry = _logged("/activities/1/")
        assert entry.pop("seconds") >= 0
        assert entry == {
            "event": "http.request",
            "log_level": "info",
            "method": "GET",
            "path": "/activities/{activity_id}/",
            "status": 200,
        }

    def test_the_line_has_no_query_and_no_body(self) -> None:
        entry = _logged(f"/activities/1/?key={SECRET}", "PUT", json={"tone": SECRET})
        assert SECRET not in str(entry)

    def test_an_unknown_path_is_not_repeated(self) -> None:
        assert _logged(f"/{SECRET}")["path"] == "-"

    def test_the_head_of_an_answer_is_logged_as_such(self) -> None:
        assert _logged("/", "HEAD")["method"] == "HEAD"

    def test_each_request_has_an_id_of_its_own(self) -> None:
        with a_client(a_site()) as client:
            ids = {client.get("/healthz").headers["x-request-id"] for _ in range(20)}
        assert len(ids) == 20


class _LoudWriter(ScriptedWriter):
    """A writer that cannot be warmed up."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self._failure = failure

    @override
    async def warm_up(self) -> None:
        raise self._failure


class _SlowWriter(ScriptedWriter):
    """A writer that takes long to warm up."""

    @override
    async def warm_up(self) -> None:
        await anyio.sleep(60)


class TestStart:
    @pytest.mark.parametrize(
        ("failure", "event"),
        [
            (WeightsMissing("The weights are not there."), "writer.missing"),
            (ZeroDivisionError(), "writer.broken"),
        ],
    )
    def test_a_writer_that_cannot_start_does_not_stop_the_service(
        self, failure: Exception, event: str
    ) -> None:
        with (
            capture_logs() as logs,
            a_client(a_site(writer=_LoudWriter(failure))) as client,
        ):
            assert client.get("/healthz").status_code == 200
        assert event in {entry["event"] for entry in logs}

    def test_nobody_waits_for_a_writer_that_is_slow_to_start(self) -> None:
        began = time.monotonic()
        with a_client(a_site(writer=_SlowWriter())) as client:
            assert client.get("/readyz").status_code == 200
        assert time.monotonic() - began < 30

    def test_the_library_is_on_the_disk(self, tmp_path: Path) -> None:
        settings = site_settings(data_dir=tmp_path)
        with a_client(create_app(settings)) as client:
            [added] = client.post("/activities/import", files=files(("north.gpx", a_gpx()))).json()[
                "added"
            ]
            told = client.put(f"/activities/{added}/").json()
        with a_client(create_app(settings)) as client:
            assert client.get(f"/activities/{added}/").json() == told


class TestManyAtOnce:
    async def test_nobody_waits_while_an_upload_is_read(self) -> None:
        app = a_site()
        transport = httpx2.ASGITransport(app)
        waited: list[float] = []
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=transport, base_url=BASE, timeout=120) as client,
        ):
            done = anyio.Event()

            async def upload() -> None:
                sent = files(*[(f"{n}.gpx", a_gpx(points=15_000 + n)) for n in range(3)])
                answer = await client.post("/activities/import", files=sent)
                assert len(answer.json()["added"]) == 3
                done.set()

            async with create_task_group() as tasks:
                tasks.start_soon(upload)
                while not done.is_set():
                    began = time.perf_counter()
                    assert (await client.get("/healthz")).status_code == 200
                    waited.append(time.perf_counter() - began)
                    await anyio.sleep(0.02)
        logging.getLogger(__name__).info("worst %.3f s of %d", max(waited), len(waited))
        assert len(waited) > 10
        assert statistics.quantiles(waited, n=10)[-1] < 0.1
