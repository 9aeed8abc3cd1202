"""Small recordings that the tests make themselves: GPX, TCX, FIT, tables and zips."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from files.mutations import crc_of

START = datetime(2026, 5, 13, 9, 54, 42, tzinfo=UTC)
METRES_PER_DEGREE = 111_195.0
FIT_EPOCH = 631_065_600


@dataclass(frozen=True)
class Point:
    """A moment of a recording."""

    second: float
    lat: float | None
    lon: float | None = 8.5
    ele: float | None = 400.0
    distance: float | None = None
    speed: float | None = None

    @property
    def time(self) -> str:
        moment = datetime.fromtimestamp(START.timestamp() + self.second, UTC)
        return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def a_way(
    *, seconds: int = 600, mps: float = 3.0, every: int = 1, grade: float = 0.0, lat: float = 47.0
) -> list[Point]:
    """Straight north at a steady speed, from near Zürich."""
    return [
        Point(
            second,
            lat + second * mps / METRES_PER_DEGREE,
            ele=400.0 + second * mps * grade,
            distance=second * mps,
        )
        for second in range(0, seconds + 1, every)
    ]


def a_gpx(
    *tracks: Iterable[Point], name: str = "Morning Run", kind: str = "running", extra: str = ""
) -> bytes:
    """Each track may be split in segments by a None."""
    made = "".join(
        f"<trk><name>{name}</name><type>{kind}</type><trkseg>"
        + "".join(_trkpt(point) for point in track)
        + "</trkseg></trk>"
        for track in tracks or (a_way(),)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<gpx xmlns="http://www.topografix.com/GPX/1/1" creator="test">{extra}{made}</gpx>'
    ).encode()


PAUSE = Point(-1, None)
"""In a way: the recording is paused here."""


def _trkpt(point: Point) -> str:
    if point is PAUSE:
        return "</trkseg><trkseg>"
    ele = "" if point.ele is None else f"<ele>{point.ele}</ele>"
    speed = (
        ""
        if point.speed is None
        else f"<extensions><x:TrackPointExtension xmlns:x='x'><x:speed>{point.speed}</x:speed>"
        "</x:TrackPointExtension></extensions>"
    )
    place = f'lat="{point.lat}" lon="{point.lon}"'
    return f"<trkpt {place}>{ele}<time>{point.time}</time>{speed}</trkpt>"


def a_tcx(
    *laps: Iterable[Point], sport: str = "Running", totals: Mapping[str, float] | None = None
) -> bytes:
    """One activity; each lap has these totals of its own."""
    made = "".join(_lap(list(lap), totals or {}) for lap in laps or (a_way(),))
    return (
        '\n          <?xml version="1.0"?><TrainingCenterDatabase xmlns="http://www.garmin.com/x">'
        f'<Activities><Activity Sport="{sport}"><Id>{START.isoformat()}</Id>{made}'
        "<Notes>Felt good</Notes></Activity></Activities></TrainingCenterDatabase>"
    ).encode()


def _lap(points: list[Point], totals: Mapping[str, float]) -> str:
    said = "".join(f"<{name}>{value}</{name}>" for name, value in totals.items())
    made = "".join(_trackpoint(point) for point in points)
    start = points[0].time if points else START.isoformat()
    return f'<Lap StartTime="{start}">{said}<Track>{made}</Track></Lap>'


def _trackpoint(point: Point) -> str:
    if point is PAUSE:
        return "</Track><Track>"
    parts = [f"<Time>{point.time}</Time>"]
    if point.lat is not None:
        parts.append(
            f"<Position><LatitudeDegrees>{point.lat}</LatitudeDegrees>"
            f"<LongitudeDegrees>{point.lon}</LongitudeDegrees></Position>"
        )
    for name, value in (("AltitudeMeters", point.ele), ("DistanceMeters", point.distance)):
        if value is not None:
            parts.append(f"<{name}>{value}</{name}>")
    if point.speed is not None:
        parts.append(f"<Extensions><TPX><Speed>{point.speed}</Speed></TPX></Extensions>")
    return f"<Trackpoint>{''.join(parts)}</Trackpoint>"


# --- FIT: a field is its number, its base type and what its value is multiplied with ----------

_ENUM, _U16, _I32, _U32 = (0x00, "B"), (0x84, "H"), (0x85, "i"), (0x86, "I")
_FIELDS: dict[str, tuple[int, dict[str, tuple[int, tuple[int, str], float]]]] = {
    "file_id": (0, {"type": (0, _ENUM, 1), "manufacturer": (1, _U16, 1)}),
    "sport": (12, {"sport": (0, _ENUM, 1), "sub_sport": (1, _ENUM, 1)}),
    "session": (
        18,
        {
            "timestamp": (253, _U32, 1),
            "start_time": (2, _U32, 1),
            "sport": (5, _ENUM, 1),
            "sub_sport": (6, _ENUM, 1),
            "total_elapsed_time": (7, _U32, 1000),
            "total_timer_time": (8, _U32, 1000),
            "total_distance": (9, _U32, 100),
            "avg_speed": (14, _U16, 1000),
            "max_speed": (15, _U16, 1000),
            "total_ascent": (22, _U16, 1),
            "total_moving_time": (59, _U32, 1000),
        },
    ),
    "record": (
        20,
        {
            "timestamp": (253, _U32, 1),
            "position_lat": (0, _I32, 2**31 / 180),
            "position_long": (1, _I32, 2**31 / 180),
            "altitude": (2, _U16, 5),
            "distance": (5, _U32, 100),
            "speed": (6, _U16, 1000),
        },
    ),
    "event": (
        21,
        {"timestamp": (253, _U32, 1), "event": (0, _ENUM, 1), "event_type": (1, _ENUM, 1)},
    ),
    "heart_rate": (132, {"timestamp": (253, _U32, 1)}),
    "activity": (34, {"timestamp": (253, _U32, 1), "local_timestamp": (5, _U32, 1)}),
}  # fmt: skip
RUNNING, CYCLING, SWIMMING, TRANSITION, OTHER_SPORT = 1, 2, 5, 3, 250

Message = tuple[str, dict[str, float]]


def fit_time(second: float) -> int:
    """FIT's clock at a second of the recording."""
    return int(START.timestamp() + second) - FIT_EPOCH


def a_record(point: Point) -> Message:
    said: dict[str, float | None] = {
        "timestamp": fit_time(point.second),
        "position_lat": point.lat,
        "position_long": point.lon if point.lat is not None else None,
        "altitude": point.ele + 500 if point.ele is not None else None,
        "distance": point.distance,
        "speed": point.speed,
    }
    return "record", {name: value for name, value in said.items() if value is not None}


def a_session(seconds: float = 600, *, after: float = 0, **fields: float) -> Message:
    return "session", {
        "timestamp": fit_time(after + seconds),
        "start_time": fit_time(after),
        "sport": RUNNING,
        "sub_sport": 0,
        **fields,
    }


def a_pause(second: float) -> Message:
    """The timer is stopped."""
    return "event", {"timestamp": fit_time(second), "event": 0, "event_type": 4}


def a_fit(*messages: Message, kind: int = 4, manufacturer: int = 1) -> bytes:
    """A whole FIT file with a right checksum; by default a run of ten minutes."""
    if not messages:
        messages = (*map(a_record, a_way()), a_session())
    file_id: Message = ("file_id", {"type": kind, "manufacturer": manufacturer})
    body = b"".join(_message(*message) for message in (file_id, *messages))
    head = struct.pack("<BBHI4s", 14, 0x10, 2132, len(body), b".FIT")
    whole = head + struct.pack("<H", crc_of(head)) + body
    return whole + struct.pack("<H", crc_of(whole))


def _message(name: str, values: Mapping[str, float]) -> bytes:
    """A definition and the data, each time anew: long, and simple."""
    number, fields = _FIELDS[name]
    chosen = [(fields[field], value) for field, value in values.items()]
    define = struct.pack("<BBBHB", 0x40, 0, 0, number, len(chosen))
    data = b"\x00"
    for (field, (base, form), scale), value in chosen:
        define += struct.pack("<BBB", field, struct.calcsize(form), base)
        data += struct.pack("<" + form, round(value * scale))
    return define + data


def a_zip(members: Mapping[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


HEADER_2018 = "id,date,name,type,description,elapsed_time,distance,commute,gear,filename"
HEADER_2026 = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance,Max Heart Rate,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,"
    "Elapsed Time,Moving Time,Distance,Max Speed,Average Speed,Elevation Gain,Max Heart Rate,Type,"
    "Commute,Weather Condition,Weather Temperature,Wind Speed,Gear"
)


def a_table(*rows: Mapping[str, str], header: str = HEADER_2026) -> bytes:
    """Each row by the names of the header; a repeated name's second column is "Distance 2"."""
    lines = [header]
    for row in rows:
        seen: dict[str, int] = {}
        cells = []
        for name in header.split(","):
            seen[name] = seen.get(name, 0) + 1
            cells.append(row.get(name if seen[name] == 1 else f"{name} {seen[name]}", ""))
        lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    return ("\n".join(lines) + "\n").encode()


def a_row(**cells: str) -> dict[str, str]:
    """A row of 2026 of a ride without a file; underscores for blanks in the names."""
    said = {
        "Activity ID": "1234567890",
        "Activity Date": "May 13, 2026, 9:54:42 AM",
        "Activity Name": "Over the hill",
        "Activity Type": "Ride",
        "Elapsed Time": "4000",
        "Distance": "20.00",
        "Elapsed Time 2": "4000.0",
        "Moving Time": "3600.0",
        "Distance 2": "20004.5",
    }
    return said | {name.replace("_", " "): value for name, value in cells.items()}
