"""From a recording to an activity: what is believed, where it stands, and what is added up."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from stridetale.activity import (
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    Activity,
    ActivityId,
    Source,
    SourceKind,
)
from stridetale.errors import FileHasNoActivity
from stridetale.files.climb import Climb, climb_of
from stridetale.files.devicesports import UNKNOWN
from stridetale.files.recording import Quantity, Recording, Total
from stridetale.files.route import polyline_of
from stridetale.files.sums import FASTEST_UNKNOWN_MPS, Sums, sums_of
from stridetale.files.track import EARLIEST_S, LATEST_S, LONGEST_S
from stridetale.files.zone import zone_at
from stridetale.sports import Sport, sport_of
from stridetale.untrusted import printable

FURTHEST_M = 5_000_000.0
HIGHEST_GAIN_M = 100_000.0
FURTHEST_ZONE_S = 14 * 3600
GEAR_LENGTH = 100
SOURCE_LENGTH = 255
SLACK, SLACK_S = 1.02, 5.0
"""So much longer than the whole a part may be, for rounding."""
CONTRADICTED, CONTRADICTED_MPS = 1.3, 1.0
"""A top speed so much above that of the points, and then some, is a glitch of the device."""
AVERAGE_SLACK = 0.1
FASTEST_SAID_MPS = 1_000.0
"""Beyond it a top speed is not a glitch but no number at all."""


def activity_of(
    recording: Recording, *, activity_id: ActivityId, file: str, kind: SourceKind = "file"
) -> Activity:
    """Make the activity of a recording.

    Args:
        recording: what a parser found.
        activity_id: what to call it.
        file: the file's name, for `Activity.source`.
        kind: likewise.

    Raises:
        FileHasNoActivity: it says neither when it was nor how long or far.
    """
    return _Maker(recording, sport_of(recording.sport_type or UNKNOWN)).make(
        activity_id, file, kind
    )


def tidy_text(text: str | None, most: int) -> str | None:
    """Text without control characters, cut to a length; None where nothing is left."""
    return printable(text[: most * 2])[:most].strip() or None if text else None


@dataclass
class _Maker:
    """Chooses each value, and notes where it stands."""

    recording: Recording
    sport: Sport
    sources: dict[str, str] = field(default_factory=dict)

    def make(self, activity_id: ActivityId, file: str, kind: SourceKind) -> Activity:
        recording, track = self.recording, self.recording.track
        sums = sums_of(track, self.sport)
        start_s = self._start_s(file)
        fields = self._quantities(sums, file)
        if self.sport.climbs and not recording.pool:
            climb = climb_of(track.time_s, sums.along_m, track.altitude_m)
            fields |= self._climb(climb, sums)
        fields |= self._place(start_s)
        route = polyline_of(track)
        return Activity(
            id=activity_id,
            sport_type=self.sport.sport_type,
            source=Source(kind=kind, name=tidy_text(file, SOURCE_LENGTH) or "file"),
            sources=self.sources,
            trainer=recording.trainer,
            pool=False if route is not None and recording.pool is None else recording.pool,
            polyline=route,
            **fields,
            **self._words(),
        )

    def _start_s(self, file: str) -> float:
        recording, times = self.recording, self.recording.track.time_s
        start_s = recording.start_s
        if EARLIEST_S <= start_s <= LATEST_S and (
            not times or abs(times[0] - start_s) <= LONGEST_S
        ):
            self.sources["start"] = recording.sources.get("start", "start")
            return start_s
        if times:
            self.sources["start"] = "time of the first track point"
            return times[0]
        raise FileHasNoActivity(file, "does not say when it was recorded.")

    def _quantities(self, sums: Sums, file: str) -> dict[str, Any]:
        points = f"{sums.points:,} track points"
        added = "sum of" if sums.positioned else "the device's count over"
        elapsed_s = self._first(
            "elapsed_time_s", sums.elapsed_time_s, f"first to last of {points}", LONGEST_S
        )
        moving_s = self._first(
            "moving_time_s",
            sums.moving_time_s,
            f"{points}, stops left out",
            min(LONGEST_S, elapsed_s * SLACK + SLACK_S) if elapsed_s else LONGEST_S,
        )
        fastest = self.sport.fastest_mps or FASTEST_UNKNOWN_MPS
        most_m = min(FURTHEST_M, moving_s * fastest) if moving_s else FURTHEST_M
        distance_m = self._first("distance_m", sums.distance_m, f"{added} {points}", most_m)
        if distance_m is None and moving_s is None and elapsed_s is None:
            raise FileHasNoActivity(file, "has a start, and nothing after it.")
        average = distance_m / moving_s if distance_m and moving_s else None
        return {
            "elapsed_time_s": elapsed_s,
            "moving_time_s": moving_s,
            "distance_m": distance_m or self._as_said("distance_m", FURTHEST_M),
            "average_speed_mps": self._average(average),
            "max_speed_mps": self._max_speed(sums, average, fastest, points)
            or self._as_said("max_speed_mps", FASTEST_SAID_MPS),
        }

    def _first(
        self, quantity: Quantity, added: float | None, words: str, most: float, least: float = 0.0
    ) -> float | None:
        """The first that can be: of the totals, and then of what was added up."""
        totals = self.recording.totals.get(quantity, [])
        for total in (*totals, *([Total(added, words)] if added is not None else [])):
            if least <= total.value <= most and (total.value or quantity == "elevation_gain_m"):
                self.sources[quantity] = total.source
                return total.value
        return None

    def _as_said(self, quantity: Quantity, most: float) -> float | None:
        """What the recording says though it cannot be: the facts leave it out, and say why."""
        for total in self.recording.totals.get(quantity, []):
            if 0 < total.value <= most:
                self.sources[quantity] = total.source
                return total.value
        return None

    def _max_speed(
        self, sums: Sums, average: float | None, fastest: float, points: str
    ) -> float | None:
        """The device's, where it can be and the points do not contradict it; else theirs."""
        seen = sums.max_speed_mps
        most = min(fastest, seen * CONTRADICTED + CONTRADICTED_MPS) if seen else fastest
        least = (average or 0.0) * (1 - AVERAGE_SLACK)
        return self._first("max_speed_mps", seen, f"{points}, smoothed", most, least)

    def _average(self, average: float | None) -> float | None:
        """The device's, where its own distance and time do not contradict it."""
        if average is None:
            return None
        least, most = average * (1 - AVERAGE_SLACK), average * (1 + AVERAGE_SLACK)
        return self._first("average_speed_mps", None, "", most, least)

    def _climb(self, climb: Climb, sums: Sums) -> dict[str, Any]:
        words = f"altitudes of {sums.points:,} track points, smoothed"
        if climb.profile_m is not None:
            self.sources["elevation_profile_m"] = words
        return {
            "elevation_profile_m": climb.profile_m,
            "elevation_gain_m": self._first(
                "elevation_gain_m", climb.elevation_gain_m, words, HIGHEST_GAIN_M
            ),
        }

    def _place(self, start_s: float) -> dict[str, Any]:
        recording = self.recording
        fields: dict[str, Any] = {"start": datetime.fromtimestamp(start_s, UTC)}
        offset_s = recording.utc_offset_s
        if offset_s is not None and abs(offset_s) <= FURTHEST_ZONE_S:
            fields["utc_offset_s"] = offset_s
            self.sources["utc_offset_s"] = recording.sources.get("utc_offset_s", "")
        place = next(recording.track.positions(), None)
        if place is not None:
            self.sources["polyline"] = f"positions of {len(recording.track):,} track points"
            if not self.sport.sport_type.startswith("Virtual"):  # its places are not where one was
                fields["timezone"] = zone_at(*place)
        if fields.get("timezone") is not None:
            self.sources["timezone"] = "position of the first track point"
        return fields

    def _words(self) -> dict[str, Any]:
        recording = self.recording
        words: dict[str, Any] = {
            "name": tidy_text(recording.name, NAME_LENGTH),
            "description": tidy_text(recording.description, DESCRIPTION_LENGTH),
            "gear": tidy_text(recording.gear, GEAR_LENGTH),
            "weather": recording.weather,
        }
        for name, value in (*words.items(), ("sport_type", recording.sport_type)):
            if value is not None and name in recording.sources:
                self.sources[name] = recording.sources[name]
        return words
