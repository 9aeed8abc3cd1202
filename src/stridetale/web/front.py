"""What every request passes first and every answer last: guard, request id, one line of log."""

import time
import uuid

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stridetale.errors import StridetaleError, Unforeseen
from stridetale.web.guard import SECURITY_HEADERS, Guard
from stridetale.web.problems import answer

log = structlog.get_logger()

GONE = 499
"""In the log: the client left before there was an answer."""


class Front:
    """The outermost layer of the application.

    Args:
        app: what is behind it.
        guard: who is let in.
    """

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app, self._guard = app, guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, and log how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex[:16]
        passing = _Passing(scope, send, request_id)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._let_in(passing, receive)
            finally:
                passing.write_log()

    async def _let_in(self, passing: "_Passing", receive: Receive) -> None:
        scope, headers = passing.scope, passing.headers
        try:
            self._guard.check(scope["method"], headers)
            await self._app(scope, self._guard.limit(receive, headers), passing.send)
        except ClientDisconnect:
            passing.status = GONE
        except StridetaleError as exc:
            await answer(exc, headers)(scope, receive, passing.send)
        except Exception as exc:
            log.exception("http.unforeseen")
            if passing.started:  # all that is left is to break the connection
                raise
            error = Unforeseen(passing.request_id)
            error.__cause__ = exc
            await answer(error, headers)(scope, receive, passing.send)


class _Passing:
    """One request on its way."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self.method = scope["method"]
        self.is_head = self.method == "HEAD"
        # what GET answers, HEAD answers without the body
        self.scope = {**scope, "method": "GET"} if self.is_head else scope
        self.headers = Headers(scope=scope)
        self.request_id = request_id
        self.status = 0
        self._send = send
        self._began = time.perf_counter()

    @property
    def started(self) -> bool:
        return self.status > 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.request_id
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        elif message["type"] == "http.response.body" and self.is_head:
            message = {**message, "body": b""}
        await self._send(message)

    def write_log(self) -> None:
        # the template of the path, since the path itself may be an attacker's text
        path = getattr(self.scope.get("route"), "path", "-")
        seconds = round(time.perf_counter() - self._began, 3)
        log.info("http.request", method=self.method, path=path, status=self.status, seconds=seconds)
