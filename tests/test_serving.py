"""serve and demo as processes of their own, on loopback."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from stridetale.serving import has_window, listen
from stridetale.settings import Settings

PATIENCE_S = 60.0


@contextmanager
def served(
    folder: Path, *arguments: str, **settings: str
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address of a command that serves, and its process, which is ended in the end."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("STRIDETALE_")
    }
    environment |= {
        "STRIDETALE_DATA_DIR": str(folder / "data"),
        "STRIDETALE_WRITER": "composer",
        "COLUMNS": "200",
    } | settings
    log = folder / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "stridetale", *arguments, "--port", "0"],
            stdout=written,
            stderr=written,
            env=environment,
            cwd=folder,
        )
    try:
        yield _address(log, process), process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE_S)


def _address(log: Path, process: "subprocess.Popen[bytes]") -> str:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        text = log.read_text(encoding="utf-8")
        found = [word for word in text.split() if word.startswith("http://127")]
        if found:
            return found[0]
        time.sleep(0.02)
    raise AssertionError(log.read_text(encoding="utf-8"))


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        content: bytes = answer.read()
    return content


def test_serve_answers_where_it_says(tmp_path: Path) -> None:
    with served(tmp_path, "serve") as (address, _):
        assert json.loads(fetched(f"{address}activities/")) == {"entries": [], "next": None}


def test_the_demo_lets_an_invented_athlete_in(tmp_path: Path) -> None:
    with (
        served(tmp_path, "demo", "--no-open") as (address, _),
        httpx2.Client(base_url=address, follow_redirects=True, timeout=30) as browser,
    ):
        consent = browser.get("/auth/strava")
        assert "Sandbox of Strava" in consent.text
        form = {
            **dict(consent.url.params),
            "athlete": "1001",
            "agree": "1",
            "ticked": "activity:read",
        }
        page = browser.post(str(consent.url).partition("?")[0], data=form)
        assert "Welcome, Ada Fjordholt." in page.text
        until = time.monotonic() + PATIENCE_S
        while len(told := browser.get("/activities/processed/").json()["entries"]) < 3:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert all(entry["story"]["body"] for entry in told)


def test_the_sandbox_says_how_it_is_used(tmp_path: Path) -> None:
    with served(tmp_path, "sandbox") as (address, _):
        assert json.loads(fetched(f"{address}sandbox/state"))["authorized"] == 0
    said = (tmp_path / "log").read_text(encoding="utf-8")
    assert f"export STRIDETALE_STRAVA_API_URL={address}api/v3" in said


def test_the_demo_keeps_nothing(tmp_path: Path) -> None:
    with served(tmp_path, "demo", "--no-open") as (address, _):
        fetched(address)
    assert not (tmp_path / "data").exists()


def test_the_demo_leaves_the_store_of_the_settings_alone(tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    store = {"STRIDETALE_STORE": f"sqlite://{own}"}
    with served(tmp_path, "demo", "--no-open", **store) as (address, _):
        fetched(address)
    assert not own.exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_serve_stops_when_it_is_asked_to(how: signal.Signals, tmp_path: Path) -> None:
    with served(tmp_path, "serve") as (address, process):
        fetched(f"{address}healthz")
        process.send_signal(how)
        process.wait(10)
    assert b"Traceback" not in (tmp_path / "log").read_bytes()


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("127.0.0.1", False)])  # noqa: S104 (what is warned of)
def test_serve_warns_where_others_can_reach_it(host: str, *, warned: bool, tmp_path: Path) -> None:
    with served(tmp_path, "serve", "--host", host) as (address, _):
        fetched(f"{address}healthz")
    assert ("There is no sign-in" in (tmp_path / "log").read_text(encoding="utf-8")) == warned


async def test_answers_are_sent_without_waiting_for_more() -> None:
    delays = []

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        at_once = writer.get_extra_info("socket")
        delays.append(not at_once.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listen(Settings(port=0)) as listener:
        listener.setblocking(False)
        async with await asyncio.start_server(answer, sock=listener):
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            await reader.read()
            writer.close()
    assert delays == [False]


def test_a_browser_of_text_would_take_the_terminal() -> None:
    assert not has_window(webbrowser.GenericBrowser("lynx"))


def test_a_browser_with_a_window_is_shown_the_demo() -> None:
    assert has_window(webbrowser.BackgroundBrowser("firefox"))
