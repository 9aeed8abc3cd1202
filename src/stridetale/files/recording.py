"""A recording: what a file says of one activity, before anything is chosen or added up."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from stridetale.activity import Weather
from stridetale.files.track import NAN, Track

Quantity = Literal[
    "distance_m", "moving_time_s", "elapsed_time_s", "elevation_gain_m", "max_speed_mps",
    "average_speed_mps",
]  # fmt: skip


@dataclass(frozen=True)
class Total:
    """A total that a device or a service wrote down, not yet believed."""

    value: float
    source: str
    """Where it stands: "session.total_distance"."""


@dataclass
class Recording:
    """One activity as a parser found it. Text is as it stood; numbers may be nonsense."""

    sport_type: str | None = None
    trainer: bool = False
    pool: bool | None = None
    """Swum in a pool, or not in one; None where it does not say."""
    name: str | None = None
    description: str | None = None
    gear: str | None = None
    weather: Weather | None = None
    start_s: float = NAN
    """Seconds since 1970, UTC; NaN: that of the first point."""
    utc_offset_s: int | None = None
    totals: dict[Quantity, list[Total]] = field(default_factory=dict)
    """For each quantity what was written down, the most trusted first."""
    track: Track = field(default_factory=Track)
    sources: dict[str, str] = field(default_factory=dict)
    """Where the other fields stand."""

    def say(self, quantity: Quantity, value: object, source: str) -> None:
        """Add a total after those that are trusted more. What is no number is not a total."""
        if isinstance(value, int | float):
            self.totals.setdefault(quantity, []).append(Total(float(value), source))


def number_of(text: str) -> float:
    """The number that a text is, NaN where it is none."""
    try:
        return float(text) if len(text) <= 40 else NAN  # noqa: PLR2004 (no number is longer)
    except ValueError:
        return NAN


def moment_of(text: str) -> tuple[float, int | None]:
    """The moment that a text in ISO 8601 is, in seconds since 1970, and its offset from UTC.

    The offset is None where the text gives none, or UTC's, which says nothing of the place.
    NaN where it is no moment.
    """
    try:
        moment = datetime.fromisoformat(text.strip()[:40])
        offset = moment.utcoffset()
        local_s = (moment.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001 (both are naive here: the offset is taken off by hand, which cannot overflow)
    except (ValueError, OverflowError):
        return NAN, None
    seconds = int(offset.total_seconds()) if offset is not None else 0
    return local_s - seconds, seconds or None
