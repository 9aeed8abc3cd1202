"""From whatever was given to bytes of a known type, never more of them than the limits allow."""

import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import BinaryIO, Literal

from stridetale.errors import (
    FileDamaged,
    FileDangerous,
    FileEmpty,
    FileMissing,
    FileTooLarge,
    FileTypeUnknown,
)
from stridetale.files.limits import MIB, Reading
from stridetale.files.markup import BLANKS
from stridetale.untrusted import printable

CHUNK_BYTES = 64 * 1024
HEAD_BYTES = 4096
NOTHING = BLANKS + b"\x00"
GZIP = b"\x1f\x8b"
ZIPS = (b"PK\x03\x04", b"PK\x05\x06")

_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z]\w*)")
"""The first element: declarations begin with `<?`, comments and document types with `<!`."""
_DOCTYPE = re.compile(r"<!DOCTYPE\s+([A-Za-z]\w*)")
"""It names the root that it stands before; the parser then refuses it for being there."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

Recorded = Literal["gpx", "tcx", "fit"]
Kind = Recorded | Literal["gzip", "zip"]
Given = str | PathLike[str] | bytes | BinaryIO


def shown(name: str) -> str:
    """A name as it may stand in a sentence: nothing in it that a terminal would obey."""
    return printable(name[:500])[:255].strip() or "a nameless file"


@contextmanager
def opened(given: Given, file: str) -> Iterator[BinaryIO]:
    """The given file as a stream that can be searched through; ours is closed at the end.

    Raises:
        FileMissing: there is no such file, or it may not be read.
        FileTypeUnknown: it is a folder, a device or a pipe.
    """
    if isinstance(given, bytes):
        yield BytesIO(given)
        return
    if not isinstance(given, str | PathLike):
        yield given
        return
    path = Path(given)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileTypeUnknown(file, "is no file but a folder or a device.")
        stream = path.open("rb")
    except (FileNotFoundError, NotADirectoryError, ValueError) as exc:
        raise FileMissing(file, "does not exist.") from exc
    except OSError as exc:
        raise FileMissing(file, f"cannot be opened: {exc.strerror}.") from exc
    with stream:
        yield stream


def kind_of(head: bytes) -> Kind | None:
    """What a file is, judged by its first bytes; None for what we do not read."""
    if head.startswith(GZIP):
        return "gzip"
    if head.startswith(ZIPS):
        return "zip"
    if head[8:12] == b".FIT":
        return "fit"
    return _kind_of_xml(head)


def _kind_of_xml(head: bytes) -> Recorded | None:
    """The root element's name, without parsing anything yet."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    else:
        text = head.lstrip(BLANKS).decode("latin-1")
    if not text.startswith("<"):
        return None
    root = _ROOT.search(_COMMENT.sub("", text)) or _DOCTYPE.search(text)
    names: dict[str, Recorded] = {"gpx": "gpx", "trainingcenterdatabase": "tcx"}
    return names.get(root[1].casefold()) if root else None


def chunks_of(stream: BinaryIO) -> Iterator[bytes]:
    """A stream in pieces."""
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def unpacked(chunks: Iterator[bytes], reading: Reading) -> Iterator[bytes]:
    """What a gzip stream holds, in pieces.

    Raises:
        FileDamaged: it is cut off or changed.
        FileDangerous: it holds very much more than it should.
    """
    inflate, packed, total = zlib.decompressobj(31), 0, 0
    try:
        for chunk in chunks:
            packed += len(chunk)
            rest = chunk
            while rest:
                if inflate.eof:
                    if not rest.startswith(GZIP[:1]):
                        return  # padding after the end
                    inflate = zlib.decompressobj(31)
                piece = inflate.decompress(rest, CHUNK_BYTES)
                rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
                total += len(piece)
                check_ratio(packed, total, reading)
                yield piece
    except zlib.error as exc:
        raise FileDamaged(reading.file, "is damaged: it cannot be unpacked.") from exc
    if not inflate.eof:
        raise FileDamaged(reading.file, "is cut off: its packed data has no end.")


def check_ratio(packed: int, total: int, reading: Reading) -> None:
    """Refuse what unpacks to very much more than any recording does.

    Raises:
        FileDangerous: it does.
    """
    limits = reading.limits
    if total > limits.ratio_from_bytes and total > packed * limits.ratio:
        raise FileDangerous(
            reading.file, f"unpacks to more than {limits.ratio} times its size, as a bomb does."
        )


def collected(chunks: Iterator[bytes], reading: Reading) -> tuple[Recorded, bytes]:
    """All of a file that is neither packed nor an archive, and what it is.

    Raises:
        FileEmpty: nothing is in it.
        FileTypeUnknown: it is not GPX, TCX or FIT.
        FileTooLarge: it is longer than the limit for its kind.
        FileDangerous: it is an archive in an archive.
    """
    data, most = bytearray(), reading.limits.file_bytes
    kind: Recorded | None = None
    for chunk in chunks:
        data += chunk
        if kind is None and len(data) >= HEAD_BYTES and data[:HEAD_BYTES].strip(NOTHING):
            kind = _known(bytes(data[:HEAD_BYTES]), reading)
            most = reading.limits.fit_bytes if kind == "fit" else most
        if len(data) > most:
            raise FileTooLarge(
                reading.file,
                f"has more than {most // MIB:,} MB in it, our limit for such a file.",
            )
        reading.check_time()
    if not data.strip(NOTHING):
        raise FileEmpty(reading.file, "is empty.")
    return kind or _known(bytes(data[:HEAD_BYTES]), reading), bytes(data)


def _known(head: bytes, reading: Reading) -> Recorded:
    kind = kind_of(head)
    if kind is None:
        raise FileTypeUnknown(reading.file, "is neither GPX, TCX nor FIT, nor an archive of these.")
    if kind == "gzip" or kind == "zip":  # noqa: PLR1714 (mypy narrows this form)
        raise FileDangerous(reading.file, "is an archive within an archive.")
    return kind
