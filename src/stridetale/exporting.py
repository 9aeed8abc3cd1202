"""Exporting: everything that is kept of an athlete, as a zip that programs and people can read."""

import json
import zipfile
from collections.abc import AsyncGenerator
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from stridetale.athlete import AthleteId
from stridetale.library import Library, Store

IN_MEMORY = 8 * 1024 * 1024
KINDS = ("athlete", "token", "job", "published", "fetched", "session", "grant")
"""Of records. What is a secret, or would let somebody in, is left out: see `_shown`."""

ABOUT = """\
Everything that this Stridetale keeps of you.

activities/ID.json   one activity: what was recorded, and every story that was told of it,
                     newest first. Units are in the names: metres, seconds, metres per second.
records.json         your sign-ins, tokens (without their secrets), jobs that are still to be
                     done, what was put on Strava, and when data of Strava was fetched.
"""


async def export(store: Store, library: Library, athlete: AthleteId) -> IO[bytes]:
    """All that is kept of an athlete, as a zip; the caller closes it.

    Raises:
        StoreFailed: it cannot be read.
    """
    file: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("README.txt", ABOUT)
            async for name, content in _activities(library, athlete):
                archive.writestr(f"activities/{name}.json", content)
            archive.writestr("records.json", await _records(store, athlete))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


async def _activities(
    library: Library, athlete: AthleteId
) -> AsyncGenerator[tuple[str, str], None]:
    before = None
    while True:
        page = await library.page(athlete, limit=100, before=before)
        for entry in page.entries:
            activity = entry.activity
            stories = await library.history(athlete, activity.id)
            content = {
                "activity": activity.model_dump(mode="json"),
                "stories": [story.model_dump(mode="json") for story in stories],
            }
            yield activity.id, json.dumps(content, ensure_ascii=False, indent=1)
        if page.next is None:
            return
        before = page.next


async def _records(store: Store, athlete: AthleteId) -> str:
    found: dict[str, list[dict[str, Any]]] = {}
    for kind in KINDS:
        found[kind] = [
            {
                "key": None if kind in {"session", "token"} else record.key,
                "due": None if record.due is None else record.due.isoformat(),
                **_shown(kind, record.document),
            }
            for record in await store.records(kind, athlete)
        ]
    return json.dumps(found, ensure_ascii=False, indent=1)


def _shown(kind: str, document: str) -> dict[str, Any]:
    """What may be shown of a record: of a grant only that it is there."""
    return {"is": "sealed"} if kind == "grant" else {"is": json.loads(document)}
