"""Uploads into the library."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from stridetale.activity import Activity, ActivityId, Frozen
from stridetale.athlete import AthleteId
from stridetale.errors import FileRefused
from stridetale.files import LeftOut, read_activities
from stridetale.library import Library
from stridetale.web.uploads import Upload


class Imported(Frozen):
    """What came of some files."""

    added: tuple[ActivityId, ...]
    """Ids of the activities that are new, in the order of the files."""
    updated: tuple[ActivityId, ...]
    """Ids of those that were there already and were brought up to date."""
    left_out: tuple[LeftOut, ...]
    """What could not be read, and why."""


async def import_uploads(
    library: Library, athlete: AthleteId, uploads: Sequence[Upload], reading: CapacityLimiter
) -> Imported:
    """Keep the activities of these files.

    Args:
        library: where to.
        athlete: whose they are.
        uploads: recordings and archives.
        reading: how many threads may read at once, in all requests together.

    Raises:
        FileRefused: there was one file only, and it cannot be read.
    """
    added: dict[ActivityId, bool] = {}
    left_out: list[LeftOut] = []
    for upload in uploads:
        try:
            async with aclosing(_read(upload, left_out, reading)) as activities:
                async for activity in activities:
                    for kept in await library.add(athlete, [activity]):
                        added.setdefault(kept.activity_id, kept.new)
        except FileRefused as exc:
            if len(uploads) == 1 and not added:
                raise
            left_out.append(LeftOut.because(exc))
    return Imported(
        added=tuple(activity_id for activity_id, new in added.items() if new),
        updated=tuple(activity_id for activity_id, new in added.items() if not new),
        left_out=tuple(left_out),
    )


async def _read(
    upload: Upload, left_out: list[LeftOut], reading: CapacityLimiter
) -> AsyncGenerator[Activity, None]:
    """The activities of one file, each read in a thread, so that nobody else waits for it."""
    activities = read_activities(upload.path, name=upload.name, left_out=left_out)
    while True:
        activity = await run_sync(next, activities, None, limiter=reading)
        if activity is None:
            return
        yield activity
