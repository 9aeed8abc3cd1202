"""What the commands do that serve until they are stopped: serve and demo."""

import socket
import webbrowser
from datetime import UTC, datetime
from ipaddress import ip_address
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import anyio
import uvicorn
from rich.console import Console
from rich.progress import track

from stridetale.athlete import LOCAL_ATHLETE
from stridetale.draft import Tone
from stridetale.errors import PortTaken
from stridetale.invented import demo_activities
from stridetale.logs import set_up_logs
from stridetale.services import open_services
from stridetale.settings import Settings
from stridetale.web.app import create_app

err = Console(stderr=True, highlight=False)


def serve_library(settings: Settings) -> None:
    """Serve the athlete's library until it is stopped.

    Raises:
        PortTaken: the address cannot be listened on.
    """
    with _listen(settings) as listener:
        _serve(settings, listener, says="Your library is at")


def serve_demo(settings: Settings, *, open_browser: bool) -> None:
    """Serve an invented athlete's library until it is stopped; then it is gone.

    Raises:
        PortTaken: the address cannot be listened on.
    """
    with _listen(settings) as listener, TemporaryDirectory(prefix="stridetale-demo-") as folder:
        demo = settings.model_copy(update={"data_dir": Path(folder), "store": None})
        anyio.run(_tell_demo, demo)
        if open_browser:
            _show(_address(listener))
        _serve(demo, listener, says="An invented athlete's library is at")


async def _tell_demo(settings: Settings) -> None:
    """Fill a library in all tones; the composer tells, so that the page is there at once."""
    composing = settings.model_copy(update={"writer": "composer"})
    activities = demo_activities(until=datetime.now(UTC))
    async with open_services(composing) as services:
        await services.library.add(LOCAL_ATHLETE, activities)
        told = track(activities, "Telling stories", console=err, transient=True)
        for activity, tone in zip(told, cycle(get_args(Tone)), strict=False):
            wish = services.wish.model_copy(update={"tone": tone})
            await services.library.tell(LOCAL_ATHLETE, activity.id, wish)


def _serve(settings: Settings, listener: socket.socket, *, says: str) -> None:
    set_up_logs(settings.log_level, settings.log_format)
    config = uvicorn.Config(
        create_app(settings), log_config=None, server_header=False, timeout_graceful_shutdown=5
    )
    err.print(f"{says} [bold]{_address(listener)}[/] (stop with Ctrl+C)")
    if not ip_address(listener.getsockname()[0]).is_loopback:
        err.print(
            "There is no sign-in: whoever reaches this port under one of "
            "STRIDETALE_ALLOWED_HOSTS can read and change the library.",
            style="yellow",
        )
    uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    """A socket that listens before anything slow begins: the address is either ours or not."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=128)
    except OSError as exc:
        raise PortTaken(settings.host, settings.port) from exc


def _show(address: str) -> None:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:  # none on this machine
        return
    if has_window(browser):
        browser.open(address)


def has_window(browser: webbrowser.BaseBrowser) -> bool:
    """Whether a browser opens a window; one of text (lynx, w3m) would take the terminal."""
    return type(browser) is not webbrowser.GenericBrowser


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (read, not bound)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
