"""The page in a real browser, on a real server."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page

from browsing import CONTRAST, Seen
from sites import a_gpx, a_site
from stridetale.invented import demo_activities

pytestmark = pytest.mark.browser


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    activities = demo_activities(until=datetime(2026, 5, 6, tzinfo=UTC))[:12]
    with _served(a_site(*activities)) as address:
        yield address


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param == "with JavaScript")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_a_file_is_added_and_its_story_told(page: Page, site: str, tmp_path: Path) -> None:
    name = f"north-{time.monotonic_ns()}.gpx"
    points = 200 + time.monotonic_ns() % 300
    (tmp_path / name).write_bytes(a_gpx(points=points))
    page.goto(site)
    page.get_by_label("Add recordings").set_input_files(tmp_path / name)
    page.get_by_role("button", name="Add", exact=True).click()
    assert "1 activity added." in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Tell its story").click()
    assert len(page.locator(".story").inner_text().split()) > 20
    page.get_by_text("Receipts").click()
    assert name in page.locator("details td.source").first.inner_text()


def test_a_page_asks_nobody_else_and_breaks_no_policy(page: Page, site: str) -> None:
    seen = Seen(page)
    page.goto(site)
    page.get_by_role("link", name="Older").click()
    page.goto(f"{site}/nowhere")
    seen.complaints = [text for text in seen.complaints if "404" not in text]
    assert seen.complaints == []
    assert all(url.startswith(site) for url in seen.asked)


def test_the_documentation_is_shown_without_anybody_else(browser: Browser, site: str) -> None:
    page = browser.new_page()
    seen = Seen(page)
    page.goto(f"{site}/docs")
    page.get_by_text("Tell the story of an activity").click()
    page.get_by_role("button", name="Try it out").wait_for()
    assert seen.complaints == []
    assert all(url.startswith(site) for url in seen.asked)
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 400, 1200])
def test_a_page_fits_its_window(browser: Browser, site: str, width: int, scheme: str) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(site)
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(browser: Browser, site: str, scheme: str) -> None:
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(site)
    least, where = page.evaluate(CONTRAST)
    assert least >= 1, where
    page.close()
