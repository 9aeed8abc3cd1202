"""The application of the sandbox: its addresses, and the gate that every call passes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import httpx2
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stridetale.strava.sandbox import admin, api, oauth
from stridetale.strava.sandbox.access import Access
from stridetale.strava.sandbox.faults import HEADER, Fault, Faults
from stridetale.strava.sandbox.hooks import Hooks
from stridetale.strava.sandbox.place import Place, Refusal, bad
from stridetale.strava.sandbox.terms import SandboxTerms
from stridetale.strava.sandbox.windows import Windows
from stridetale.strava.sandbox.world import Json, World


def make_app(terms: SandboxTerms | None = None) -> FastAPI:
    """A sandbox of its own, that forgets everything when it ends."""
    chosen = terms or SandboxTerms()
    windows, faults = Windows(chosen), Faults()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        async with httpx2.AsyncClient() as http, anyio.create_task_group() as tasks:
            app.state.place = Place(
                chosen, World(chosen), Access(chosen), windows, faults, Hooks(chosen, http), tasks
            )
            yield
            tasks.cancel_scope.cancel()

    app = FastAPI(title="Sandbox of Strava", lifespan=lifespan, openapi_url=None)
    for router in (api.router, oauth.router, admin.router):
        app.include_router(router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_middleware(Gate, windows=windows, faults=faults)
    return app


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 (for the type checker: it is registered for it)
    return JSONResponse(error.body, error.status)


async def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 (as above)
    name = str(error.errors()[0]["loc"][-1])
    return JSONResponse(bad("Request", name).body, 400)


class Gate:
    """Counts calls of the API, and lets happen what was ordered to go wrong.

    Args:
        app: what is behind it.
        windows: the rate limits.
        faults: what goes wrong.
    """

    def __init__(self, app: ASGIApp, windows: Windows, faults: Faults) -> None:
        self._app, self._windows, self._faults = app, windows, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a call in, or answer it here."""
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(("/api/v3/", "/oauth/")):
            await self._app(scope, receive, send)
            return
        counted = path.startswith("/api/v3/") and not path.startswith("/api/v3/oauth/")
        within = not counted or self._windows.call(reading=scope["method"] == "GET")
        header = Headers(scope=scope).get(HEADER)
        fault = self._faults.meet(path, header)
        passing = _Passing(send, self._windows.headers() if counted else {}, fault)
        if fault is not None and fault.kind == "cut":
            await _cut(send)
            return
        if fault is not None and fault.kind == "slow":
            await anyio.sleep(fault.seconds)
        answer = _answer(fault) if within else _TOO_MANY
        if answer is None:
            await self._app(scope, receive, passing)
        else:
            status, body = answer
            await JSONResponse(body, status)(scope, receive, passing)


class _Passing:
    """Sends an answer on, with the headers of the rate limits, or with what spoils it."""

    def __init__(self, send: Send, headers: dict[str, str], fault: Fault | None) -> None:
        self._send, self._headers, self._fault = send, headers, fault

    async def __call__(self, message: Message) -> None:
        spoilt = self._fault is not None and self._fault.kind == "malformed"
        if message["type"] == "http.response.start":
            kept = [
                (name, value)
                for name, value in message["headers"]
                if not (spoilt and name == b"content-length")
            ]
            own = [(name.lower().encode(), said.encode()) for name, said in self._headers.items()]
            message = {**message, "headers": [*kept, *own]}
        elif spoilt:
            message = {**message, "body": b'{"id": 12, "name": "cut', "more_body": False}
        await self._send(message)


async def _cut(send: Send) -> None:
    """Begin an answer and never end it: the server closes the connection."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})


def _fault(message: str, resource: str, name: str, code: str) -> Json:
    error = {"resource": resource, "field": name, "code": code}
    return {"message": message, "errors": [error]}


_TOO_MANY = (429, _fault("Rate Limit Exceeded", "Application", "rate limit", "exceeded"))
_ANSWERS: dict[str, tuple[int, Json]] = {
    "401": (401, _fault("Authorization Error", "Athlete", "access_token", "invalid")),
    "403-inactive": (403, _fault("Forbidden", "Application", "Status", "Inactive")),
    "404": (404, _fault("Record Not Found", "Activity", "id", "not found")),
    "429": _TOO_MANY,
    "500": (500, {"message": "Internal Server Error", "errors": []}),
    "502": (502, {"message": "Bad Gateway", "errors": []}),
    "503": (503, {"message": "Service Unavailable", "errors": []}),
}


def _answer(fault: Fault | None) -> tuple[int, Json] | None:
    return None if fault is None else _ANSWERS.get(fault.kind)
