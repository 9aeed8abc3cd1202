"""Examples for the API's documentation. A test reads each with its model."""

import json
from importlib import resources
from typing import Any


def _read(name: str) -> Any:  # noqa: ANN401 (JSON)
    file = resources.files("stridetale.web").joinpath("examples", name)
    return json.loads(file.read_text(encoding="utf-8"))


ENTRY: dict[str, Any] = _read("entry.json")
"""An activity with its story, as the composer told it."""

PAGE = {"entries": [ENTRY], "next": "MTc3Nzk1NzkyMDAwMDAwMCxkZW1vLTIwMjYwNTA1LTA"}

IMPORTED: dict[str, Any] = {
    "added": [ENTRY["activity"]["id"]],
    "updated": [],
    "left_out": [
        {
            "file": "notes.txt",
            "kind": "file-type-unknown",
            "detail": "notes.txt is neither GPX, TCX nor FIT, nor an archive of these.",
        }
    ],
}

ORDERS = {
    "as usual": {"summary": "As in the settings", "value": {}},
    "again": {"summary": "Another one, funny", "value": {"again": True, "tone": "funny"}},
    "miles": {"summary": "The same story in miles", "value": {"units": "imperial"}},
}

BROUGHT = {"entries": [ENTRY], "added": 1}

ME = {"athlete": "1234567", "name": "Anna Example", "since": "2026-05-01T08:00:00Z"}

FAREWELL = {
    "athlete": "1234567",
    "at": "2026-05-05T08:00:00Z",
    "activities": 3,
    "strava_revoked": True,
}

TOKEN = {"id": "1f0c9a3e", "name": "backup script", "made_at": "2026-05-05T08:00:00Z"}

NEW_TOKEN = {**TOKEN, "secret": "stridetale_…"}

CHANGE = {
    "before": {"name": "Coffee can wait", "description": ""},
    "after": {
        "name": f"Coffee can wait · {ENTRY['story']['title']}",
        "description": ENTRY["story"]["body"],
    },
}

EVENTS = (
    "event: draft\r\n"
    'data: {"candidate": 0, "text": "{distance} on a {day}"}\r\n\r\n'
    "event: judged\r\n"
    'data: {"candidate": 0, "title": "Patient Needles", "body": "…", "whole": true, "faults": [], '
    '"contradictions": []}\r\n\r\n'
    "event: story\r\n"
    'data: {"activity": {…}, "story": {…}}\r\n\r\n'
)
