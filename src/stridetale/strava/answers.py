"""Answers: Strava's JSON read leniently, into activities of ours.

Whatever is missing or odd is left out; one odd activity never fails a page. Facts of this file:
https://developers.strava.com/docs/reference/ (SummaryActivity, DetailedActivity).
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from stridetale.activity import (
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    Activity,
    Source,
)

Answer = Mapping[str, Any]
"""A JSON object as Strava sent it."""

_SPORT_LENGTH, _GEAR_LENGTH = 60, 100
_ZONE = re.compile(r"\(GMT[+-]\d\d:\d\d\) (?P<name>\S+)")
_MOST_OFFSET_S = 86_400
_LATEST = timedelta(days=2)
"""A clock may be wrong by a day and a zone; a start that lies further ahead is none."""

T = TypeVar("T")


def activity_of(answer: object, *, now: datetime | None = None) -> Activity | None:
    """The activity of a summary or of a detailed answer; None where it cannot be one.

    Without an id, a sport and a start there is no activity. `start_date_local` has a false Z, so
    only `start_date` is a moment; the zone's name stands in "(GMT+01:00) Europe/Paris".
    """
    if not isinstance(answer, Mapping):
        return None
    number, sport, start = _id(answer.get("id")), _sport(answer), _moment(answer.get("start_date"))
    if number is None or sport is None or start is None:
        return None
    if start > (now or datetime.now(UTC)) + _LATEST:
        return None
    numbers = {name: _number(answer.get(field)) for field, name in _NUMBERS.items()}
    gear, route = answer.get("gear"), _polyline(answer.get("map"))
    found = {
        "id": str(number),
        "sport_type": sport,
        "source": Source(kind="strava", name=str(number)),
        "sources": {name: f"Strava: {field}" for field, name in _NUMBERS.items() if numbers[name]},
        "name": _text(answer.get("name"), NAME_LENGTH),
        "description": _text(answer.get("description"), DESCRIPTION_LENGTH),
        "start": start,
        "timezone": _zone(answer.get("timezone")),
        "utc_offset_s": _offset(answer.get("utc_offset")),
        **numbers,
        "trainer": answer.get("trainer") is True,
        "gear": _text(gear.get("name"), _GEAR_LENGTH) if isinstance(gear, Mapping) else None,
        "pool": None if route is None else False,  # no field says so, but a pool gives no route
        "polyline": route,
    }
    try:
        return Activity.model_validate(found)
    except ValidationError:  # what no field above foresaw
        return None


def activities_of(page: object, *, now: datetime | None = None) -> list[Activity]:
    """The activities of a page, without those that cannot be read."""
    answers: Iterable[object] = page if isinstance(page, list) else ()
    found = (activity_of(answer, now=now) for answer in answers)
    return [activity for activity in found if activity is not None]


_NUMBERS = {
    "distance": "distance_m",
    "moving_time": "moving_time_s",
    "elapsed_time": "elapsed_time_s",
    "total_elevation_gain": "elevation_gain_m",
    "max_speed": "max_speed_mps",
    "average_speed": "average_speed_mps",
}
"""Strava's metres, seconds and metres per second, and ours. It sends 0 for what is not known."""


def _id(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _sport(answer: Answer) -> str | None:
    """`sport_type`, or the older `type`."""
    for field in ("sport_type", "type"):
        if found := _text(answer.get(field), _SPORT_LENGTH):
            return found
    return None


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    number = _or_none(float, value)
    return number if number is not None and math.isfinite(number) and number > 0 else None


def _text(value: object, length: int) -> str | None:
    """A text that is not empty, cut at a length; lone surrogates of JSON cannot be kept."""
    if not isinstance(value, str):
        return None
    return value.encode(errors="replace").decode()[:length].strip() or None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    moment = _or_none(datetime.fromisoformat, value)
    return None if moment is None or moment.tzinfo is None else _or_none(_in_utc, moment)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _zone(value: object) -> str | None:
    found = _ZONE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        ZoneInfo(found["name"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return found["name"]


def _offset(value: object) -> int | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return int(value) if abs(value) < _MOST_OFFSET_S else None


def _polyline(value: object) -> str | None:
    """The full route, or the coarse one of a summary."""
    if not isinstance(value, Mapping):
        return None
    for field in ("polyline", "summary_polyline"):
        if isinstance(found := value.get(field), str) and found and found.isascii():
            return found
    return None


def _or_none(read: Callable[[Any], T], value: object) -> T | None:
    try:
        return read(value)
    except (ValueError, OverflowError):
        return None
