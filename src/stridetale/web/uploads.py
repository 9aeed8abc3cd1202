"""Uploaded files: written to a temporary folder as they come in, never held in memory."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Self

from anyio import TemporaryDirectory
from anyio.to_thread import run_sync
from fastapi import Depends, Request
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from stridetale.errors import FileTooLarge, RequestMalformed
from stridetale.untrusted import printable

FIELD = "file"
PREFIX = "stridetale-"
MOST_FILES = 200
"""In one request; an archive counts as one."""
MOST_PARTS = 1_000
LONGEST_NAME = 255
WRITE_BYTES = 1024 * 1024
"""How much is gathered before it is written."""

NOT_A_FORM = f"Send the files as multipart/form-data, each in a field named {FIELD}."
CUT_OFF = "The form is cut off or not well-formed."


@dataclass(frozen=True)
class Upload:
    """A file that was sent."""

    name: str
    """As the athlete knows it, without folders."""
    path: Path


async def receive_uploads(request: Request) -> AsyncGenerator[list[Upload], None]:
    """The files of a form; they are deleted when the answer is sent.

    Raises:
        RequestMalformed: it is not such a form, or there is no file in it.
        FileTooLarge: more than the service takes, or than the disk has room for.
    """
    form, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if form != b"multipart/form-data" or not boundary:
        raise RequestMalformed(NOT_A_FORM)
    async with AsyncExitStack() as until_answered:
        try:
            folder = await until_answered.enter_async_context(TemporaryDirectory(prefix=PREFIX))
            uploads = await _receive(request, boundary, Path(folder))
        except OSError as exc:
            reason = f"cannot be put into the temporary folder: {exc.strerror}."
            raise FileTooLarge("The upload", reason) from exc
        if not uploads:
            raise RequestMalformed(f"There is no file in it. {NOT_A_FORM}")
        yield uploads


Uploads = Annotated[list[Upload], Depends(receive_uploads)]


async def _receive(request: Request, boundary: bytes, folder: Path) -> list[Upload]:
    with _Receiver(folder) as receiver:
        try:
            parser = MultipartParser(boundary, receiver.callbacks)  # type: ignore[arg-type]  # a dict of them
            async for chunk in request.stream():
                parser.write(chunk)
                if receiver.gathered >= WRITE_BYTES:
                    await run_sync(receiver.write)
            await run_sync(receiver.write)
        except FormParserError as exc:
            raise RequestMalformed(CUT_OFF) from exc
    if not receiver.ended:
        raise RequestMalformed(CUT_OFF)
    return receiver.uploads


class _Receiver:
    """Takes a form apart: what the parser calls as it reads."""

    def __init__(self, folder: Path) -> None:
        self.uploads: list[Upload] = []
        self.gathered = 0
        self.ended = False
        self._folder = folder
        self._files = ExitStack()
        self._file: BinaryIO | None = None
        self._pending: list[tuple[BinaryIO, bytes]] = []
        self._header = self._value = b""
        self._disposition = b""
        self._parts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    @property
    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._read_header,
            "on_header_value": self._read_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_file,
            "on_part_data": self._gather,
            "on_end": self._end,
        }

    def write(self) -> None:
        """Write what was gathered."""
        for file, data in self._pending:
            file.write(data)
        self._pending.clear()
        self.gathered = 0

    def _begin_part(self) -> None:
        self._file, self._disposition = None, b""
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise RequestMalformed(f"The form has more than {MOST_PARTS:,} fields.")

    def _read_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _read_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _begin_file(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"filename", b"")
        if options.get(b"name") != FIELD.encode() or not name:  # a browser sends an empty one
            return
        if len(self.uploads) == MOST_FILES:
            raise RequestMalformed(f"Send at most {MOST_FILES} files at once, or one zip of them.")
        path = self._folder / str(len(self.uploads))
        self._file = self._files.enter_context(path.open("wb"))
        self.uploads.append(Upload(_file_name(name), path))

    def _end(self) -> None:
        self.ended = True

    def _gather(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._pending.append((self._file, data[start:end]))
            self.gathered += end - start


def _file_name(sent: bytes) -> str:
    """The name without folders and without what cannot be printed."""
    name = printable(sent.decode(errors="replace")).replace("\\", "/").rpartition("/")[2]
    return name[-LONGEST_NAME:] or "upload"
