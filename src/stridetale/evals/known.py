"""What is known of an activity, for the independent reader: values, times, weather."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from stridetale.activity import Activity, Weather

DAY_S = 86_400.0
WINDIEST_MPS = 80.0
SHORTEST_M = 10.0
"""Less is no distance."""


@dataclass(frozen=True)
class Raw:
    """One value of the activity, and what it is of."""

    kind: str
    role: str
    value: float


def raw_values(activity: Activity) -> list[Raw]:
    """The values that a story may say: there, and not beyond what anyone can believe."""
    weather = activity.weather or Weather()
    distance, moving = activity.distance_m, activity.moving_time_s
    known = [
        Raw("length", "distance", _kept(distance, SHORTEST_M, 1e7)),
        Raw("length", "climb", _kept(activity.elevation_gain_m, 0.0, 1e5)),
        Raw("time", "moving", _kept(moving, 1.0, 60 * DAY_S)),
        Raw("time", "elapsed", _kept(activity.elapsed_time_s, 1.0, 60 * DAY_S)),
        Raw("speed", "top", _kept(activity.max_speed_mps, 0.0, _limit_mps(activity))),
        Raw("speed", "average", _kept(activity.average_speed_mps, 0.0, _limit_mps(activity))),
        Raw("speed", "wind", _kept(weather.wind_speed_mps, 0.0, WINDIEST_MPS)),
        Raw("temperature", "air", _kept(weather.temperature_c, -65.0, 60.0)),
    ]
    if distance and moving and 0 < distance / moving <= _limit_mps(activity):
        known.append(Raw("speed", "average", distance / moving))
        known.append(Raw("pace", "average", moving / distance))
    return [one for one in known if one.value == one.value and _believable(one, activity)]


def _kept(value: float | None, least: float, most: float) -> float:
    """The value, or not-a-number where it is missing or beyond belief."""
    return value if value is not None and least <= value <= most else float("nan")


def _limit_mps(activity: Activity) -> float:
    """No one is faster than this at their sport, by a wide margin."""
    sport = activity.sport_type.lower()
    for words, limit in (("swim", 3.5), ("walk hike snowshoe golf", 8.0), ("run", 12.5)):
        if any(word in sport for word in words.split()):
            return limit
    return 45.0


def _believable(one: Raw, activity: Activity) -> bool:
    """A climb is no ladder, and nobody moves for longer than it lasted."""
    distance, elapsed = activity.distance_m or 0.0, activity.elapsed_time_s or 0.0
    if one.role == "climb":
        return one.value <= distance or distance < SHORTEST_M
    if one.role == "moving":
        return elapsed <= 0 or one.value <= elapsed * 1.05 + 10
    return True


def span_of(activity: Activity) -> tuple[datetime, datetime] | None:
    """From when to when it lasted, by the clock at the place."""
    start = activity.start_local
    if start is None:
        return None
    seconds = activity.elapsed_time_s or activity.moving_time_s or 0.0
    return start, start + timedelta(seconds=seconds if 0 <= seconds <= 60 * DAY_S else 0.0)


def under_roof(activity: Activity) -> bool:
    """Whether it was recorded on a machine."""
    return activity.trainer or activity.sport.sport_type in words_of("indoors")["under_roof"]


def truths(activity: Activity) -> set[str]:
    """What may be said of the weather."""
    groups, sport = words_of("groups"), activity.sport.sport_type
    true = {"on snow"} if sport in groups["snow"] else set()
    true |= {"by wind"} if sport in groups["wind"] else set()
    true |= {"by water"} if sport in groups["water"] else set()
    weather = activity.weather
    if weather is None or under_roof(activity) or activity.pool:
        return true
    true.add("known")
    condition, wind = weather.condition or "", weather.wind_speed_mps or 0.0
    true |= {
        kind
        for kind, words in words_of("conditions").items()
        if re.search(words, condition, re.IGNORECASE)
    }
    true |= {
        name for name, least in (("wind", 0.01), ("gale", 13.0)) if least <= wind < WINDIEST_MPS
    }
    celsius = weather.temperature_c
    if celsius is not None:
        true |= {name for name, (low, high) in FEELS.items() if low <= celsius <= high}
    return true


FEELS = {
    "hot": (24.0, 60.0), "warm": (14.0, 60.0), "mild": (6.0, 22.0), "cool": (-5.0, 18.0),
    "cold": (-65.0, 10.0), "freezing": (-65.0, 1.5),
}  # fmt: skip


def has(words: str, text: str) -> str | None:
    """The first of these words that stands in the text."""
    match = re.search(rf"(?<![\w-])(?:{words})(?!\w)", text, re.IGNORECASE)
    return match[0] if match else None


@cache
def _vocabulary() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))


def words_of(name: str) -> dict[str, Any]:
    """A table of the vocabulary."""
    words: dict[str, Any] = _vocabulary()[name]
    return words
