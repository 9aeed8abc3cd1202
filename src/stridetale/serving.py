"""What the commands do that serve until they are stopped: serve, demo and sandbox."""

import socket
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import uvicorn
from pydantic import SecretStr
from rich.console import Console

from stridetale.errors import PortTaken
from stridetale.logs import set_up_logs
from stridetale.settings import PREFIX, Settings, load_settings
from stridetale.strava.sandbox import SandboxTerms, make_app
from stridetale.web.app import create_app

err = Console(stderr=True, highlight=False)


def serve_library(settings: Settings) -> None:
    """Serve the athlete's library until it is stopped.

    Raises:
        PortTaken: the address cannot be listened on.
    """
    with listen(settings) as listener:
        _serve(settings, listener, says="Your library is at")


def serve_demo(settings: Settings, *, open_browser: bool) -> None:
    """Serve a library for invented athletes, with a sandbox of Strava; then all of it is gone.

    Raises:
        PortTaken: the address cannot be listened on.
    """
    with (
        listen(settings) as listener,
        TemporaryDirectory(prefix="stridetale-demo-") as folder,
        _sandbox_beside() as sandbox,
    ):
        demo = settings.model_copy(update={"data_dir": Path(folder), **_like_sandbox(sandbox)})
        if open_browser:
            _show(_address(listener))
        _serve(demo, listener, says="Sign in as an invented athlete at")


def serve_sandbox(port: int, seed: int) -> None:
    """Serve a stand-in for Strava on this machine until it is stopped.

    Raises:
        PortTaken: the port cannot be listened on.
    """
    terms = SandboxTerms(seed=seed)
    settings = load_settings(host="127.0.0.1", port=port)
    with listen(settings) as listener:
        address = _address(listener)
        err.print(f"A sandbox of Strava is at [bold]{address}[/] (stop with Ctrl+C). To use it:")
        for name, value in _environment(address.rstrip("/"), terms).items():
            err.print(f"export {name}={value}", markup=False)
        set_up_logs(settings.log_level, settings.log_format)
        config = uvicorn.Config(make_app(terms), log_config=None, timeout_graceful_shutdown=2)
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _sandbox_beside() -> Iterator[str]:
    """The address of a sandbox that runs in a thread of this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(make_app(), log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
        thread.start()
        try:
            yield _address(listener).rstrip("/")
        finally:
            server.should_exit = True
            thread.join(5)


def _environment(address: str, terms: SandboxTerms) -> dict[str, str]:
    """The variables with which a service uses a sandbox."""
    values = _like_sandbox(address, terms)
    return {
        f"{PREFIX}{name.upper()}": str(
            value.get_secret_value() if isinstance(value, SecretStr) else value
        )
        for name, value in values.items()
        if value is not None
    }


def _like_sandbox(address: str, terms: SandboxTerms | None = None) -> dict[str, Any]:
    """The settings with which a service uses a sandbox."""
    known = terms or SandboxTerms()
    return {
        "store": None,
        "strava_client_id": known.client_id,
        "strava_client_secret": SecretStr(known.client_secret),
        "strava_data_policy": "personal",
        "strava_api_url": f"{address}/api/v3",
        "strava_oauth_url": f"{address}/oauth",
    }


def _serve(settings: Settings, listener: socket.socket, *, says: str) -> None:
    set_up_logs(settings.log_level, settings.log_format)
    config = uvicorn.Config(
        create_app(settings), log_config=None, server_header=False, timeout_graceful_shutdown=5
    )
    err.print(f"{says} [bold]{_address(listener)}[/] (stop with Ctrl+C)")
    if settings.no_strava and not ip_address(listener.getsockname()[0]).is_loopback:
        err.print(
            "There is no sign-in: whoever reaches this port under one of "
            "STRIDETALE_ALLOWED_HOSTS can read and change the library.",
            style="yellow",
        )
    uvicorn.Server(config).run(sockets=[listener])


def listen(settings: Settings) -> socket.socket:
    """A socket that listens before anything slow begins: the address is either ours or not.

    It says that it is TCP's, as `create_server` does not: only then asyncio sends what it is given
    at once (TCP_NODELAY). Else each answer after a connection's first waits 40 ms.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        made = socket.create_server((settings.host, settings.port), family=family, backlog=128)
    except OSError as exc:
        raise PortTaken(settings.host, settings.port) from exc
    return socket.socket(made.family, made.type, socket.IPPROTO_TCP, fileno=made.detach())


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
