"""A zip, read without ever unpacking it to the disk.

Members are read one at a time, in memory, and only those that may be recordings. What a name or a
size in the archive says is not believed: paths that lead out, links, passwords and bombs are
refused, each for its member alone.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from stridetale.errors import (
    FileDamaged,
    FileDangerous,
    FileRefused,
    FileTooLarge,
    FileTypeUnknown,
)
from stridetale.files.limits import MIB, Limits, Reading
from stridetale.files.opening import CHUNK_BYTES, check_ratio, chunks_of, shown

END_RECORD = struct.Struct("<4s4H2LH")
END_MAGIC = b"PK\x05\x06"
END_LOCATOR_64 = struct.Struct("<4sLQL")
END_RECORD_64 = struct.Struct("<4sQ2H2L4Q")
MOST_COMMENT = 0xFFFF
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LOCKED = 0x1
LITTER = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")

Broken = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError,
    UnicodeError, ValueError, struct.error, OverflowError,
)  # fmt: skip
"""What zipfile raises on what is not a zip."""


@dataclass(frozen=True)
class LeftOut:
    """A part of an archive that could not be read, while the rest was."""

    file: str
    """The member's name, or the archive's where it is about all of it."""
    kind: str
    """The `kind` of the error that it would be alone: "file-damaged"."""
    detail: str
    """One clear sentence that names it and the reason."""

    @classmethod
    def because(cls, error: FileRefused) -> "LeftOut":
        """What an error says of its file."""
        return cls(error.file, error.kind, error.detail)


class Archive:
    """An open zip.

    Args:
        stream: it, to be searched through.
        reading: its name and the limits.

    Raises:
        FileDamaged: its table of contents cannot be read.
        FileTooLarge: it, or its table, is larger than the limits.
    """

    def __init__(self, stream: BinaryIO, reading: Reading) -> None:
        self.file, self.limits = reading.file, reading.limits
        self.unpacked_bytes = 0
        _check_size(stream, self.file, self.limits)
        try:
            self._zip = zipfile.ZipFile(stream)
        except Broken as exc:
            raise FileDamaged(
                self.file, "is cut off or damaged: its table of contents cannot be read."
            ) from exc
        self._members = {
            info.filename: info
            for info in self._zip.infolist()
            if not info.is_dir() and not LITTER.search(info.filename)
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, without folders and what file managers leave behind."""
        return tuple(self._members)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member, in pieces.

        Raises:
            FileRefused: one of its leaves, with the member's name.
        """
        info, reading = self._members[name], Reading(shown(name), self.limits)
        _check_member(info)
        total = 0
        try:
            with self._zip.open(info) as member:
                while piece := member.read(CHUNK_BYTES):
                    total += len(piece)
                    self.unpacked_bytes += len(piece)
                    check_ratio(info.compress_size, total, reading)
                    self._check_all()
                    yield piece
        except Broken as exc:
            raise FileDamaged(
                reading.file, "is damaged in the archive: it cannot be unpacked."
            ) from exc

    def _check_all(self) -> None:
        if self.unpacked_bytes > self.limits.unpacked_bytes:
            raise ArchiveSpent(
                self.file,
                f"unpacks to more than {self.limits.unpacked_bytes // MIB:,} MB, our limit: "
                "the rest of it was not read.",
            )


class ArchiveSpent(FileTooLarge):
    """More than we are willing to unpack of one archive; what came before it stays."""


def _check_member(info: zipfile.ZipInfo) -> None:
    """Refuse a member for what the table of contents says of it."""
    name = shown(info.filename)
    parts = re.split(r"[/\\]", info.orig_filename)
    if ".." in parts or parts[0] in ("", "~") or ":" in parts[0] or "\x00" in info.orig_filename:
        raise FileDangerous(name, "has a name that leads out of the archive.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise FileDangerous(name, "is a link to another file.")
    if info.flag_bits & LOCKED:
        raise FileTypeUnknown(name, "is locked with a password.")
    if info.compress_type not in PACKINGS:
        raise FileTypeUnknown(name, "is packed in a way that we do not read.")


def _check_size(stream: BinaryIO, file: str, limits: Limits) -> None:
    """Look at the end record before zipfile reads the whole table that it speaks of."""
    try:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - MOST_COMMENT - END_RECORD.size - END_LOCATOR_64.size))
        tail = b"".join(chunks_of(stream))
        stream.seek(0)
    except (OSError, ValueError) as exc:
        raise FileDamaged(file, "cannot be searched through.") from exc
    if size > limits.archive_bytes:
        raise FileTooLarge(file, f"has more than {limits.archive_bytes // MIB:,} MB, our limit.")
    at = tail.rfind(END_MAGIC)
    if at < 0 or len(tail) - at < END_RECORD.size:
        raise FileDamaged(file, "is cut off: it has no table of contents.")
    _, _, _, _, members, table_bytes, _, _ = END_RECORD.unpack_from(tail, at)
    if members == 0xFFFF or table_bytes == 0xFFFFFFFF:  # noqa: PLR2004 (as zip marks the larger form)
        members, table_bytes = _size_64(stream, tail[:at]) or (members, table_bytes)
    if members > limits.members or table_bytes > limits.directory_bytes:
        raise FileTooLarge(file, f"has more than {limits.members:,} files in it, our limit.")


def _size_64(stream: BinaryIO, before_end: bytes) -> tuple[int, int] | None:
    """Members and size of the table, as the end record of a large zip has them."""
    at = len(before_end) - END_LOCATOR_64.size
    if at < 0:
        return None
    magic, _, offset, _ = END_LOCATOR_64.unpack_from(before_end, at)
    if magic != b"PK\x06\x07":
        return None
    try:
        stream.seek(offset)
        record = stream.read(END_RECORD_64.size)
        stream.seek(0)
    except (OSError, ValueError, OverflowError):
        return None
    if len(record) < END_RECORD_64.size:
        return None
    fields = END_RECORD_64.unpack(record)
    return fields[7], fields[8]
