"""One file that is no zip: packed or not, GPX, TCX or FIT."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import assert_never

from stridetale.activity import Activity, ActivityId, SourceKind
from stridetale.errors import FileHasNoActivity
from stridetale.files import fit, gpx, tcx
from stridetale.files.limits import Reading
from stridetale.files.making import activity_of
from stridetale.files.opening import collected, kind_of, unpacked
from stridetale.files.recording import Recording


def recordings_of(chunks: Iterator[bytes], reading: Reading) -> tuple[list[Recording], str]:
    """What one file holds, and the first digits of the digest of its unpacked content.

    Raises:
        FileRefused: one of its leaves, with the reason.
    """
    first = next(chunks, b"")
    whole = _after(first, chunks)
    if kind_of(first) == "gzip":
        whole = unpacked(whole, reading)
    kind, data = collected(whole, reading)
    digest = hashlib.sha256(data).hexdigest()[:16]
    match kind:
        case "gpx":
            return gpx.recordings(data, reading), digest
        case "tcx":
            return tcx.recordings(data, reading), digest
        case "fit":
            return fit.recordings(data, reading), digest
        case _:
            assert_never(kind)


def _after(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def activities_of(
    recordings: list[Recording], digest: str, file: str, kind: SourceKind
) -> Iterator[Activity]:
    """The activities of one file; those with nothing in them are passed over if others have.

    Raises:
        FileHasNoActivity: none has.
    """
    problem: FileHasNoActivity | None = None
    made = 0
    for recording in recordings:
        activity_id = ActivityId(f"{digest}-{made + 1}" if made else digest)
        try:
            activity = activity_of(recording, activity_id=activity_id, file=file, kind=kind)
        except FileHasNoActivity as exc:
            problem = exc
            continue
        made += 1
        yield activity
    if not made and problem is not None:
        raise problem
