"""One function for every file."""

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from stridetale.activity import Activity
from stridetale.errors import FileTooLarge
from stridetale.files.archive import Archive, LeftOut
from stridetale.files.bundle import activities_in
from stridetale.files.limits import DEFAULT_LIMITS, MIB, Limits, Reading
from stridetale.files.opening import HEAD_BYTES, Given, chunks_of, kind_of, opened, shown
from stridetale.files.single import activities_of, recordings_of

NAMELESS = "the file"


def read_activities(
    source: Given,
    *,
    name: str | None = None,
    left_out: list[LeftOut] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Activity]:
    """Read the activities of a file, judged by its content and not by its name.

    Args:
        source: a path, the bytes themselves, or a binary stream that can be searched through.
        name: the file's name as the athlete knows it; that of the path by default.
        left_out: what could not be read of an archive is added to it.
        limits: how much may be read.

    Yields:
        Each activity as soon as it is read. Their ids depend on the content alone: Strava's
        number in an export, else the first 16 digits of the SHA-256 of the unpacked file, with
        "-2", "-3" for further activities of it.

    Raises:
        FileRefused: one of its leaves, when the iteration gets there: a file that cannot be read,
            or an archive with nothing in it that can be.
    """
    file = _name(source, name)
    with opened(source, file) as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        reading = Reading(file, limits)
        if kind_of(head) == "zip":
            yield from activities_in(Archive(stream, reading), left_out)
            return
        size = stream.seek(0, 2)
        stream.seek(0)
        if size > limits.file_bytes:
            raise FileTooLarge(
                file, f"has {size // MIB:,} MB, and our limit is {limits.file_bytes // MIB:,} MB."
            )
        recordings, digest = recordings_of(chunks_of(stream), reading)
    yield from activities_of(recordings, digest, file, "file")


def _name(source: Given, name: str | None) -> str:
    """The name for the sentences, without folders."""
    if name is None and isinstance(source, str | PathLike):
        name = Path(source).name
    return shown((name or "").replace("\\", "/").rpartition("/")[2] or NAMELESS)
