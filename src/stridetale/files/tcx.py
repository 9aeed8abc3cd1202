"""TCX: activities of laps, each lap with the device's totals and its points."""

from dataclasses import dataclass, field

from typing_extensions import override

from stridetale.errors import FileHasNoActivity
from stridetale.files import markup
from stridetale.files.devicesports import sport_of_word
from stridetale.files.limits import Reading
from stridetale.files.recording import Quantity, Recording, moment_of, number_of
from stridetale.files.track import NAN


def recordings(data: bytes, reading: Reading) -> list[Recording]:
    """The activities of a TCX file.

    Raises:
        FileRefused: one of its leaves, with the reason.
    """
    handler = _Handler(reading)
    markup.parse(data, handler, reading)
    if not handler.activities:
        raise FileHasNoActivity(reading.file, "has no activity in it, only a course or a plan.")
    return [activity.recording() for activity in handler.activities]


@dataclass
class _Lap:
    start_s: float = NAN
    tracks: int = 0
    said: dict[str, float] = field(default_factory=dict)


class _Activity:
    """One Activity element."""

    def __init__(self, sport: str | None) -> None:
        self.made = Recording()
        self.laps: list[_Lap] = []
        if (known := sport_of_word(sport)) is not None:
            self.made.sport_type = known.sport_type
            self.made.sources["sport_type"] = "Activity.Sport"
            self.made.trainer, self.made.pool = known.trainer, known.pool

    def recording(self) -> Recording:
        made = self.made
        made.track = made.track.tidied()
        if self.laps:
            made.start_s, made.sources["start"] = self.laps[0].start_s, "Lap.StartTime"
        self._sum("TotalTimeSeconds", "moving_time_s")
        self._sum("DistanceMeters", "distance_m")
        fastest = max((lap.said.get("MaximumSpeed", 0.0) for lap in self.laps), default=0.0)
        made.say("max_speed_mps", fastest or None, "highest Lap.MaximumSpeed")
        return made

    def _sum(self, element: str, quantity: Quantity) -> None:
        """A total, where every lap has its part of it."""
        if self.laps and all(element in lap.said for lap in self.laps):
            count = len(self.laps)
            source = f"sum of {count} Lap.{element}" if count > 1 else f"Lap.{element}"
            self.made.say(quantity, sum(lap.said[element] for lap in self.laps), source)


class _Handler(markup.Handler):
    """Fills activities, lap by lap."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.activities: list[_Activity] = []
        self.inside = False
        self.at: dict[str, str] | None = None
        """What the present Trackpoint says; None between them."""
        self.resumed = False

    @override
    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Trackpoint":
            self.at = {}
        elif name == "Activity":
            self.activities.append(_Activity(attributes.get("Sport")))
            self.inside, self.resumed = True, False
        elif name == "Lap" and self.inside:
            start_s, _ = moment_of(attributes.get("StartTime", ""))
            self.activities[-1].laps.append(_Lap(start_s))
        elif name == "Track" and self.inside and self.activities[-1].laps:
            lap = self.activities[-1].laps[-1]
            self.resumed = lap.tracks > 0
            lap.tracks += 1

    @override
    def closed(self, name: str, parent: str, text: str) -> None:
        if name == "Trackpoint":
            self._point()
        elif self.at is not None:
            self.at[name] = text
        elif not self.inside:
            pass
        elif name == "Activity":
            self.inside = False
        elif parent == "Lap" and self.activities[-1].laps:
            if (number := number_of(text)) >= 0:
                self.activities[-1].laps[-1].said[name] = number
        elif name == "Notes" and parent == "Activity":
            made = self.activities[-1].made
            made.description, made.sources["description"] = text, "Activity.Notes"

    def _point(self) -> None:
        self.reading.count_point()
        at, self.at = self.at or {}, None
        if not self.inside:
            return  # of a course
        time_s, offset_s = moment_of(at.get("Time", ""))
        recording = self.activities[-1].made
        if offset_s is not None and recording.utc_offset_s is None:
            recording.utc_offset_s = offset_s
            recording.sources["utc_offset_s"] = "Trackpoint.Time"
        recording.track.add(
            time_s,
            (number_of(at.get("LatitudeDegrees", "")), number_of(at.get("LongitudeDegrees", ""))),
            altitude_m=number_of(at.get("AltitudeMeters", "")),
            distance_m=number_of(at.get("DistanceMeters", "")),
            speed_mps=number_of(at.get("Speed", "")),
            resumed=self.resumed,
        )
        self.resumed = False
