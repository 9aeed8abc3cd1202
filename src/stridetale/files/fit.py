"""FIT: sessions with the device's totals, and records.

A FIT file ends with a checksum of itself. Where it does not match, any number in the file may be
wrong, and nobody could tell: so the file is refused, however much of it could still be decoded.
Several files may be chained; those before a damaged one are whole, and are read.
"""

import math
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from stridetale.errors import FileDamaged, FileHasNoActivity, FileRefused
from stridetale.files.devicesports import sport_of_fit
from stridetale.files.limits import Reading
from stridetale.files.recording import Quantity, Recording
from stridetale.files.track import NAN, Track

EPOCH_S = 631_065_600
"""FIT counts seconds from the last day of 1989."""
RELATIVE_BELOW = 0x10000000
"""A smaller time counts from when the device was switched on."""
DEGREES = 180 / 2**31
"""Of one semicircle."""
MAGIC = b".FIT"
HEADER_BYTES, CHECKSUM_BYTES = 12, 2
FURTHEST_ZONE_S = 14 * 3600
QUARTER_S = 900
VIRTUAL_MAKERS = frozenset({"zwift", "zwift_byte"})
MESSAGES_BETWEEN_LOOKS = 1_000
TOTALS: tuple[tuple[Quantity, str], ...] = (
    ("distance_m", "total_distance"),
    ("moving_time_s", "total_moving_time"),
    ("moving_time_s", "total_timer_time"),
    ("elapsed_time_s", "total_elapsed_time"),
    ("elevation_gain_m", "total_ascent"),
    ("max_speed_mps", "enhanced_max_speed"),
    ("max_speed_mps", "max_speed"),
    ("average_speed_mps", "enhanced_avg_speed"),
    ("average_speed_mps", "avg_speed"),
)
"""For each quantity the fields of a session that say it, the most trusted first."""

Fields = dict[str, Any]


def recordings(data: bytes, reading: Reading) -> list[Recording]:
    """The activities of a FIT file, one for each session.

    Raises:
        FileRefused: one of its leaves, with the reason.
    """
    found: list[Recording] = []
    nothing = FileHasNoActivity(reading.file, "has no record in it.")
    try:
        for part in _parts(data, reading):
            try:
                found += _Decoded(part, reading).recordings()
            except FileHasNoActivity as exc:
                nothing = exc
    except FileDamaged:
        if not found:
            raise
    if not found:
        raise nothing
    return found


def _parts(data: bytes, reading: Reading) -> Iterator[memoryview]:
    """The chained files, each of them whole.

    Raises:
        FileDamaged: the next is not.
    """
    whole, start = memoryview(data), 0
    while bytes(whole[start + 8 : start + HEADER_BYTES]) == MAGIC:
        header_bytes, body_bytes = struct.unpack_from("<BxxxI", whole, start)
        end = start + header_bytes + body_bytes + CHECKSUM_BYTES
        if header_bytes < HEADER_BYTES or not body_bytes:
            raise FileDamaged(reading.file, "was never finished by the device that recorded it.")
        if end > len(whole):
            missing = end - len(whole)
            raise FileDamaged(reading.file, f"is cut off: its last {missing:,} bytes are missing.")
        part = whole[start:end]
        written = int.from_bytes(part[-CHECKSUM_BYTES:], "little")
        if checksum(part[:-CHECKSUM_BYTES], reading) != written:
            raise FileDamaged(
                reading.file, "has a wrong checksum: it was changed after it was recorded."
            )
        yield part
        start = end


def _checksum_table() -> "array[int]":
    table = array("H")
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _checksum_table()


def checksum(part: memoryview, reading: Reading) -> int:
    """The CRC-16 that FIT ends with, polynomial 0x8005 reflected."""
    table, value = _TABLE, 0
    for start in range(0, len(part), 1 << 16):
        for byte in part[start : start + (1 << 16)]:
            value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
        reading.check_time()
    return value


@dataclass
class _Decoded:
    """One whole file, as fitdecode reads it."""

    part: memoryview
    reading: Reading
    track: Track = field(default_factory=Track)
    sessions: list[Fields] = field(default_factory=list)
    activity: Fields = field(default_factory=dict)
    sport: Fields = field(default_factory=dict)
    file_id: Fields = field(default_factory=dict)
    paused: bool = False

    def recordings(self) -> list[Recording]:
        """One for each session; one of the records where there is none."""
        self._decode()
        kind = self.file_id.get("type")
        if kind not in (None, "activity"):
            raise FileHasNoActivity(
                self.reading.file, f"is a FIT file of a {str(kind)[:40]}, not of an activity."
            )
        self.track = self.track.tidied()
        if not self.sessions and not len(self.track):
            raise FileHasNoActivity(self.reading.file, "has neither a session nor a record in it.")
        if len(self.sessions) <= 1:
            return [self._recording(session, self.track) for session in self.sessions or [{}]]
        return [self._recording(session, self._during(session)) for session in self.sessions]

    def _decode(self) -> None:
        import fitdecode

        reader = fitdecode.FitReader(
            BytesIO(self.part),
            processor=None,
            check_crc=fitdecode.CrcCheck.DISABLED,
            error_handling=fitdecode.ErrorHandling.IGNORE,
        )
        count = 0
        try:
            for frame in reader:
                if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                    self._take(frame)
                count += 1
                if not count % MESSAGES_BETWEEN_LOOKS:
                    self.reading.check_time()
        except FileRefused:
            raise
        except Exception as exc:  # fitdecode asserts, and fails in many ways
            raise FileDamaged(
                self.reading.file, "is not FIT as its own description of itself says."
            ) from exc

    def _take(self, frame: Any) -> None:  # noqa: ANN401 (fitdecode has no types)
        match frame.global_mesg_num:
            case 20:
                self._record(_fields(frame))
            case 21:
                said = _fields(frame)
                if said.get("event") == "timer" and "stop" in str(said.get("event_type")):
                    self.paused = True
            case 18:
                self.sessions.append(_fields(frame))
            case 34:
                self.activity = _fields(frame)
            case 12:
                self.sport = _fields(frame)
            case 0:
                self.file_id = self.file_id or _fields(frame)
            case _:
                pass  # of no use here: heart rates, devices, settings

    def _record(self, said: Fields) -> None:
        self.reading.count_point()
        latitude, longitude = _number(said, "position_lat"), _number(said, "position_long")
        self.track.add(
            _moment(said.get("timestamp")),
            (latitude * DEGREES, longitude * DEGREES),
            altitude_m=_number(said, "enhanced_altitude", "altitude"),
            distance_m=_number(said, "distance"),
            speed_mps=_number(said, "enhanced_speed", "speed"),
            resumed=self.paused and len(self.track) > 0,
        )
        self.paused = False

    def _during(self, session: Fields) -> Track:
        start_s, end_s = _moment(session.get("start_time")), _moment(session.get("timestamp"))
        if math.isnan(start_s) or math.isnan(end_s):
            return Track()
        return self.track.between(start_s, end_s)

    def _recording(self, session: Fields, track: Track) -> Recording:
        made = Recording(track=track)
        named = "session" if "sport" in session else "sport"
        said = session if "sport" in session else self.sport
        virtual = self.file_id.get("manufacturer") in VIRTUAL_MAKERS
        sport = sport_of_fit(said.get("sport"), said.get("sub_sport"), virtual=virtual)
        if sport is not None:
            made.sport_type, made.sources["sport_type"] = sport.sport_type, f"{named}.sport"
            made.trainer, made.pool = sport.trainer, sport.pool
        made.start_s, made.sources["start"] = (
            _moment(session.get("start_time")),
            "session.start_time",
        )
        self._offset(made)
        for quantity, name in TOTALS:
            made.say(quantity, session.get(name), f"session.{name}")
        return made

    def _offset(self, made: Recording) -> None:
        """How far local time was from UTC, where the device wrote both."""
        moment, local = self.activity.get("timestamp"), self.activity.get("local_timestamp")
        if isinstance(moment, int) and isinstance(local, int):
            offset_s = round((local - moment) / QUARTER_S) * QUARTER_S
            if abs(offset_s) <= FURTHEST_ZONE_S:
                made.utc_offset_s = offset_s
                made.sources["utc_offset_s"] = "activity.local_timestamp"


def _fields(frame: Any) -> Fields:  # noqa: ANN401 (fitdecode has no types)
    return {each.name: each.value for each in frame.fields if each.value is not None}


def _number(said: Fields, *names: str) -> float:
    for name in names:
        value = said.get(name)
        if isinstance(value, int | float):
            return float(value)
    return NAN


def _moment(value: object) -> float:
    """Seconds since 1970 of a FIT time, NaN where it is none."""
    return float(value + EPOCH_S) if isinstance(value, int) and value >= RELATIVE_BELOW else NAN
