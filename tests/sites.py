"""A site: the web application on a library in memory, and a client that talks to it."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from fakes import MemoryStore
from stridetale.activity import Activity
from stridetale.athlete import LOCAL_ATHLETE
from stridetale.library import Library, Store
from stridetale.services import Services, budget_of
from stridetale.settings import Settings
from stridetale.story import StoryWriter
from stridetale.web.app import create_app

BASE = "http://localhost:8000"
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

TRUE = (
    "A {part_of_day} {sport} on {day}: {distance} in {moving_time}, with {elevation_gain} of "
    "climbing along the way. The legs asked for a rest more than once and got none, the pace held "
    "to the end, and {max_speed} on the fastest stretch was the treat that made the whole effort "
    "worth telling."
)
"""The body of a draft that is true of `an_activity()`."""


def site_settings(**chosen: Any) -> Settings:  # noqa: ANN401 (any setting)
    """Settings that no environment changes; nothing of them is on disk."""
    usual: dict[str, Any] = {"writer": "composer", "data_dir": Path("/nowhere")}
    return Settings(_env_file=None, **(usual | chosen))


def a_site(
    *activities: Activity,
    store: Store | None = None,
    writer: StoryWriter | None = None,
    **chosen: Any,  # noqa: ANN401 (any setting)
) -> FastAPI:
    """The application with these activities in it."""
    kept = store or MemoryStore()

    @asynccontextmanager
    async def opening(settings: Settings) -> AsyncIterator[Services]:
        library = Library(kept, writer, budget_of(settings))
        await library.add(LOCAL_ATHLETE, activities)
        yield Services(settings=settings, store=kept, writer=writer, library=library)

    return create_app(site_settings(**chosen), opening=opening)


def a_client(app: FastAPI, **headers: str) -> TestClient:
    """A client of the application; enter it to start the application."""
    return TestClient(app, base_url=BASE, headers=headers, follow_redirects=False)


def files(*sent: tuple[str, bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    """A form with these files."""
    return [("file", (name, content)) for name, content in sent]


def a_gpx(*, points: int = 100, at: str = "2026-05-05T07:00") -> bytes:
    """A ride due north at 5 m/s, a point a second."""
    return b"".join(_gpx(points, at))


def _gpx(points: int, at: str) -> Iterable[bytes]:
    yield b'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
    yield b"<trk><name>North</name><type>cycling</type><trkseg>"
    for second in range(points):
        minutes, seconds = divmod(second, 60)
        hours, minutes = divmod(minutes, 60)
        start_hour = int(at[11:13])
        clock = f"{at[:11]}{start_hour + hours:02}:{minutes:02}:{seconds:02}Z"
        place = f'lat="{second * 5 / 111_195:.7f}" lon="0"'
        yield f"<trkpt {place}><ele>10</ele><time>{clock}</time></trkpt>".encode()
    yield b"</trkseg></trk></gpx>"


def problem_in(answer: Response) -> tuple[int, str]:
    """Status and kind of the problem that an answer is."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"].endswith("#" + problem["kind"])
    assert answer.status_code == problem["status"]
    return problem["status"], problem["kind"]
