"""GPX: tracks of points, with no totals.

One file is one activity, however many tracks it has, unless they clearly are several: a track of
another type, one that begins before the last has ended, or half a day or more after it.
"""

from typing_extensions import override

from stridetale.errors import FileHasNoActivity
from stridetale.files import markup
from stridetale.files.devicesports import sport_of_word
from stridetale.files.limits import Reading
from stridetale.files.recording import Recording, moment_of, number_of

APART_S = 12 * 3600.0
OVERLAP_S = 60.0


def recordings(data: bytes, reading: Reading) -> list[Recording]:
    """The activities of a GPX file.

    Raises:
        FileRefused: one of its leaves, with the reason.
    """
    handler = _Handler(reading)
    markup.parse(data, handler, reading)
    found: list[Recording] = []
    for each in handler.tracks:
        each.track = each.track.tidied()
        if not len(each.track):
            continue
        if found and _goes_on(found[-1], each):
            found[-1].track.extend(each.track)
        else:
            found.append(each)
    if found:
        return found
    if reading.points:
        raise FileHasNoActivity(
            reading.file, "has points without times: it was planned, not recorded."
        )
    raise FileHasNoActivity(reading.file, "has no track in it.")


def _goes_on(one: Recording, other: Recording) -> bool:
    """Whether the second track is more of the first one's activity."""
    gap_s = other.track.time_s[0] - one.track.time_s[-1]
    return one.sport_type == other.sport_type and -OVERLAP_S <= gap_s < APART_S


class _Handler(markup.Handler):
    """Fills recordings, one for each track."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.tracks: list[Recording] = []
        self.name: str | None = None
        self.position: tuple[float, float] | None = None
        self.at: dict[str, str] = {}
        self.within = ""
        self.resumed = False

    @override
    def opened(self, name: str, attributes: dict[str, str]) -> None:
        if name == "trkpt":
            self.within, self.at = "trkpt", {}
            self.position = (
                number_of(attributes.get("lat", "")),
                number_of(attributes.get("lon", "")),
            )
        elif name == "trk":
            self.tracks.append(Recording(name=self.name, sources={"name": "metadata.name"}))
            self.within, self.resumed = "trk", False
        elif name in ("wpt", "rte", "metadata"):
            self.within = name

    @override
    def closed(self, name: str, parent: str, text: str) -> None:
        if self.within == "trkpt":
            if name == "trkpt":
                self._point()
                self.within = "trk"
            else:
                self.at[name] = text
        elif parent == "trk" and self.within == "trk":
            self._describe(self.tracks[-1], name, text)
        elif name == "name" and parent == "metadata":
            self.name = text

    def _describe(self, recording: Recording, name: str, text: str) -> None:
        if name == "name":
            recording.name, recording.sources["name"] = text, "trk.name"
        elif name == "desc":
            recording.description, recording.sources["description"] = text, "trk.desc"
        elif name == "trkseg":
            self.resumed = True
        elif name == "type" and (sport := sport_of_word(text)) is not None:
            recording.sport_type, recording.sources["sport_type"] = sport.sport_type, "trk.type"
            recording.trainer, recording.pool = sport.trainer, sport.pool

    def _point(self) -> None:
        self.reading.count_point()
        if not self.tracks:
            return  # a point outside any track
        recording = self.tracks[-1]
        time_s, offset_s = moment_of(self.at.get("time", ""))
        if offset_s is not None and recording.utc_offset_s is None:
            recording.utc_offset_s, recording.sources["utc_offset_s"] = offset_s, "trkpt.time"
        recording.track.add(
            time_s,
            self.position,
            altitude_m=number_of(self.at.get("ele", "")),
            speed_mps=number_of(self.at.get("speed", "")),
            resumed=self.resumed and len(recording.track) > 0,
        )
        self.resumed = False
