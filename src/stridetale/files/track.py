"""The points of a recording, in columns: 56 bytes a point, however many there are."""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

NAN = math.nan

EARLIEST_S = 315_532_800.0
"""1980: before it nobody recorded, and a clock that was never set says 1970."""
LATEST_S = 4_102_444_800.0
"""2100."""
LONGEST_S = 30 * 86_400.0
"""A point further in time than this from the middle of its recording has a wrong time."""
LOWEST_M, HIGHEST_M = -500.0, 12_000.0

EARTH_RADIUS_M = 6_371_008.8


def _column() -> "array[float]":
    return array("d")


@dataclass
class Track:
    """Points in order of time. What a point does not say is NaN."""

    time_s: "array[float]" = field(default_factory=_column)
    """Seconds since 1970, UTC."""
    latitude: "array[float]" = field(default_factory=_column)
    longitude: "array[float]" = field(default_factory=_column)
    altitude_m: "array[float]" = field(default_factory=_column)
    distance_m: "array[float]" = field(default_factory=_column)
    """As the device counted it, from the start."""
    speed_mps: "array[float]" = field(default_factory=_column)
    """As the device measured it."""
    resumed: bytearray = field(default_factory=bytearray)
    """1 where the recording was paused before the point."""

    def __len__(self) -> int:
        return len(self.time_s)

    def add(
        self,
        time_s: float,
        position: tuple[float, float] | None = None,
        *,
        altitude_m: float = NAN,
        distance_m: float = NAN,
        speed_mps: float = NAN,
        resumed: bool = False,
    ) -> None:
        """Add a point. What cannot be (a latitude of 1000) is taken as not said."""
        latitude, longitude = position if position and _on_earth(*position) else (NAN, NAN)
        self.time_s.append(time_s if EARLIEST_S <= time_s <= LATEST_S else NAN)
        self.latitude.append(latitude)
        self.longitude.append(longitude)
        self.altitude_m.append(altitude_m if LOWEST_M <= altitude_m <= HIGHEST_M else NAN)
        self.distance_m.append(distance_m if 0 <= distance_m < math.inf else NAN)
        self.speed_mps.append(speed_mps if 0 <= speed_mps < math.inf else NAN)
        self.resumed.append(resumed)

    def tidied(self) -> "Track":
        """The points that have a believable time, in its order."""
        times = self.time_s
        known = [i for i in range(len(times)) if not math.isnan(times[i])]
        if not known:
            return Track()
        middle = sorted(times[i] for i in known)[len(known) // 2]
        near = [i for i in known if abs(times[i] - middle) <= LONGEST_S]
        if any(times[a] > times[b] for a, b in pairwise(near)):
            near.sort(key=times.__getitem__)
        return self if len(near) == len(times) else self._taken(near)

    def between(self, start_s: float, end_s: float) -> "Track":
        """The points of that time, both ends included. The track must be tidied."""
        low = bisect_left(self.time_s, start_s)
        return self._taken(range(low, bisect_left(self.time_s, end_s + 1e-6, lo=low)))

    def _taken(self, kept: "list[int] | range") -> "Track":
        taken = Track()
        for column, whole in zip(taken.columns, self.columns, strict=True):
            column.extend(map(whole.__getitem__, kept))
        taken.resumed.extend(map(self.resumed.__getitem__, kept))
        return taken

    def extend(self, later: "Track") -> None:
        """Add the points of another tidied track, recorded after a pause."""
        paused_at = len(self)
        for column, more in zip(self.columns, later.columns, strict=True):
            column.extend(more)
        self.resumed.extend(later.resumed)
        self.resumed[paused_at] = 1

    @property
    def columns(self) -> "tuple[array[float], ...]":
        """The columns of numbers."""
        return (
            self.time_s,
            self.latitude,
            self.longitude,
            self.altitude_m,
            self.distance_m,
            self.speed_mps,
        )

    def positions(self) -> Iterator[tuple[float, float]]:
        """Latitude and longitude of the points that have them."""
        for latitude, longitude in zip(self.latitude, self.longitude, strict=True):
            if latitude == latitude:  # noqa: PLR0124 (not NaN)
                yield latitude, longitude


def _on_earth(latitude: float, longitude: float) -> bool:
    """Whether it can be a place: on the globe, and not 0, 0, as a receiver without a fix says."""
    on_globe = -90 <= latitude <= 90 and -180 <= longitude <= 180  # noqa: PLR2004 (degrees)
    return on_globe and not latitude == longitude == 0


def metres_between(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """The great circle's length between two places, by the haversine formula."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half_north = math.sin((other_phi - phi) / 2)
    half_east = math.sin(math.radians(other_longitude - longitude) / 2)
    square = half_north * half_north + math.cos(phi) * math.cos(other_phi) * half_east * half_east
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(square)))
