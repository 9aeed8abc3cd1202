"""A little OpenAI-compatible endpoint on loopback, which misbehaves on request."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

TITLE = "The Long Way Home"
BODY = (
    "You took the long way on your {sport}, because the {part_of_day} was too good to hurry. "
    "The hills asked for {elevation_gain} and your legs paid it, one turn at a time."
)
PLAIN = f"{TITLE}\n{BODY}"
STRUCTURED = json.dumps({"title": TITLE, "body": BODY})


@dataclass(frozen=True)
class Reply:
    """What the endpoint does with one request."""

    status: int = 200
    text: str | None = None
    """The answer; None for the story, structured or plain as it was asked for."""
    raw: bytes | None = None
    """Sent in place of an answer, with no header of ours."""
    finish: str = "stop"
    wait_s: float = 0.0
    """Before the answer."""
    pause_s: float = 0.0
    """Before each piece of it."""
    cut_after: int | None = None
    """Pieces, after which the connection breaks."""


Behaviour = Callable[[dict[str, Any]], Reply]


@dataclass
class Endpoint:
    """A running endpoint."""

    url: str
    behave: Behaviour
    asked: list[dict[str, Any]] = field(default_factory=list)
    """The bodies of all requests for an answer."""
    headers: list[dict[str, str]] = field(default_factory=list)
    open_now: int = 0
    """Requests that are being answered."""
    open_most: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away: that is what some tests are about
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        asked = json.loads(body) if body else {"path": request.split()[1]}
        self.asked.append(asked)
        self.headers.append(headers)
        self.open_now += 1
        self.open_most = max(self.open_most, self.open_now)
        try:
            await _reply(self.behave(asked), asked, writer)
        finally:
            self.open_now -= 1


async def _reply(reply: Reply, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(reply.wait_s)
    if reply.raw is not None:
        writer.write(reply.raw)
    elif reply.status != 200:
        said = json.dumps({"error": {"message": "No, not with the key sk-secret."}})
        _head(writer, reply.status, "application/json")
        writer.write(said.encode())
    elif not asked.get("stream"):
        _head(writer, 200, "application/json")
        writer.write(b'{"object": "list", "data": []}')
    else:
        _head(writer, 200, "text/event-stream", chunked=True)
        text = reply.text or (STRUCTURED if "response_format" in asked else PLAIN)
        await _stream(reply, text, writer)
    await writer.drain()


async def _stream(reply: Reply, text: str, writer: asyncio.StreamWriter) -> None:
    pieces = [text[at : at + 12] for at in range(0, len(text), 12)]
    for number, piece in enumerate(pieces):
        if number == reply.cut_after:
            return
        await asyncio.sleep(reply.pause_s)
        choice: dict[str, Any] = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
        _event(writer, json.dumps({"choices": [choice]}))
        await writer.drain()
    end = {"index": 0, "delta": {}, "finish_reason": reply.finish}
    _event(writer, json.dumps({"choices": [end]}))
    _event(writer, "[DONE]")
    writer.write(b"0\r\n\r\n")


def _head(writer: asyncio.StreamWriter, status: int, kind: str, *, chunked: bool = False) -> None:
    lines = [f"HTTP/1.1 {status} x", f"content-type: {kind}", "connection: close"]
    lines += ["transfer-encoding: chunked"] if chunked else []
    writer.write("\r\n".join([*lines, "", ""]).encode())


def _event(writer: asyncio.StreamWriter, data: str) -> None:
    event = f"data: {data}\n\n".encode()
    writer.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")


@asynccontextmanager
async def an_endpoint(behave: Behaviour | Reply | None = None) -> AsyncIterator[Endpoint]:
    """An endpoint that behaves so, on a free port of loopback, up to and with `/v1`."""
    if isinstance(behave, Reply):
        always = behave
        behave = lambda _: always  # noqa: E731 (as short as it is)
    endpoint = Endpoint(url="", behave=behave or (lambda _: Reply()))
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield endpoint
    finally:
        server.close()
