"""activities.csv of a Strava bulk export: what Strava and the athlete say of each activity.

Two forms are known, both in English: that of 2018 with ten columns in small letters, whose
distance is in metres, and the one since, which has grown to 103 columns and repeats five names;
of its two distances the second is in metres, of its two elapsed times the second is the finer.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from stridetale.activity import ActivityId, Weather
from stridetale.errors import ExportNotUnderstood
from stridetale.files.devicesports import sport_of_word
from stridetale.files.recording import Quantity, Recording, Total, number_of
from stridetale.untrusted import printable

CSV_NAME = "activities.csv"

OLD_COLUMNS = {
    "id": "id", "date": "date", "name": "name", "type": "type", "description": "description",
    "elapsed_time": "elapsed_time", "distance": "distance", "gear": "gear", "filename": "filename",
}  # fmt: skip
NEW_COLUMNS = {
    "id": "Activity ID", "date": "Activity Date", "name": "Activity Name", "type": "Activity Type",
    "description": "Activity Description", "elapsed_time": "Elapsed Time", "distance": "Distance",
    "gear": "Activity Gear", "filename": "Filename", "moving_time": "Moving Time",
    "max_speed": "Max Speed", "average_speed": "Average Speed", "elevation_gain": "Elevation Gain",
    "condition": "Weather Condition", "temperature": "Weather Temperature",
    "wind_speed": "Wind Speed",
}  # fmt: skip
NEEDED = ("id", "date", "type", "filename")
QUANTITIES: dict[str, Quantity] = {
    "distance": "distance_m", "moving_time": "moving_time_s", "elapsed_time": "elapsed_time_s",
    "elevation_gain": "elevation_gain_m", "max_speed": "max_speed_mps",
    "average_speed": "average_speed_mps",
}  # fmt: skip
TEXTS = ("name", "description", "gear")

DATE_FORMS = (
    "%b %d, %Y, %I:%M:%S %p",  # May 13, 2026, 9:54:42 AM
    "%b %d, %Y, %H:%M:%S",
    "%d %b %Y, %H:%M:%S",  # 13 May 2026, 09:54:42
    "%d %b %Y, %I:%M:%S %p",
    "%Y-%m-%d %H:%M:%S",  # 2018-11-27 19:11:32
    "%Y-%m-%d %H:%M:%S UTC",
)
COLDEST_C, HOTTEST_C, WINDIEST_MPS = -60.0, 60.0, 75.0
ID = re.compile(r"[A-Za-z0-9-]{1,40}")


@dataclass(frozen=True)
class Row:
    """One activity of the table."""

    line: int
    cells: Mapping[str, str]
    """By our names for the columns; empty ones are not there."""
    columns: Mapping[str, str]
    """The table's names for them."""

    @property
    def filename(self) -> str | None:
        """The recording's path in the archive, None for one entered by hand."""
        return self.cells.get("filename")

    @property
    def activity_id(self) -> ActivityId:
        """Strava's number."""
        said = self.cells.get("id", "")
        if ID.fullmatch(said):
            return ActivityId(said)
        digest = hashlib.sha256(repr(sorted(self.cells.items())).encode("utf-8", "replace"))
        return ActivityId(digest.hexdigest()[:16])

    @property
    def start(self) -> datetime | None:
        """The start, UTC."""
        said = self.cells.get("date", "")
        plain = " ".join(said.split()).replace("Sept ", "Sep ")
        for form in DATE_FORMS:
            try:
                return datetime.strptime(plain, form).replace(tzinfo=UTC)
            except ValueError:
                continue
        return None

    def tell(self, recording: Recording) -> None:
        """Put what the row says into a recording, before what the file itself said."""
        for cell, quantity in QUANTITIES.items():
            value = number_of(self.cells.get(cell, ""))
            if value == value:  # noqa: PLR0124 (not NaN)
                total = Total(value, self._source(cell))
                recording.totals.setdefault(quantity, []).insert(0, total)
        for text in TEXTS:
            if text in self.cells:
                setattr(recording, text, self.cells[text])
                recording.sources[text] = self._source(text)
        sport = sport_of_word(self.cells.get("type"))
        if sport is not None:
            recording.sport_type = sport.sport_type
            recording.sources["sport_type"] = self._source("type")
        if (start := self.start) is not None:
            recording.start_s = start.timestamp()
            recording.sources["start"] = self._source("date")
        self._tell_weather(recording)

    def _tell_weather(self, recording: Recording) -> None:
        condition = printable(self.cells.get("condition", "")[:120])[:60].strip()
        if not re.search(r"[A-Za-z]", condition):
            condition = ""  # since 2020 Strava writes numbers here, and nowhere what they mean
        celsius = self._within("temperature", COLDEST_C, HOTTEST_C)
        wind = self._within("wind_speed", 0.0, WINDIEST_MPS)
        told = {"condition": condition or None, "temperature": celsius, "wind_speed": wind}
        used = [self.columns[cell] for cell, value in told.items() if value is not None]
        if used:
            recording.weather = Weather(
                condition=condition or None, temperature_c=celsius, wind_speed_mps=wind
            )
            columns = "column" if len(used) == 1 else "columns"
            recording.sources["weather"] = f"{CSV_NAME}, {columns} {', '.join(used)}"

    def _within(self, cell: str, least: float, most: float) -> float | None:
        value = number_of(self.cells.get(cell, ""))
        return value if least <= value <= most else None

    def _source(self, cell: str) -> str:
        return f"{CSV_NAME}, column {self.columns[cell]}"


def rows_of(data: bytes, file: str) -> Iterator[Row]:
    """The activities of a table.

    Args:
        data: the CSV file.
        file: the archive's name, for the sentences.

    Raises:
        ExportNotUnderstood: at once where the columns are not known, later where a row is broken.
    """
    table = csv.reader(io.StringIO(_text(data), newline=""))
    try:
        header = next(table, [])
        columns, places = _places(header, file)
        for cells in table:
            said = {
                name: cells[place].strip()
                for name, place in places.items()
                if place < len(cells) and cells[place].strip()
            }
            if said:
                yield Row(table.line_num, said, columns)
    except csv.Error as exc:
        raise ExportNotUnderstood(
            file, f"has an {CSV_NAME} that breaks off in line {table.line_num:,}."
        ) from exc


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _places(header: list[str], file: str) -> tuple[Mapping[str, str], dict[str, int]]:
    """Where each column is; the last of a name that is repeated."""
    names = [name.strip() for name in header]
    columns = NEW_COLUMNS if NEW_COLUMNS["id"] in names else OLD_COLUMNS
    places = {
        ours: len(names) - 1 - names[::-1].index(theirs)
        for ours, theirs in columns.items()
        if theirs in names
    }
    if columns is NEW_COLUMNS and names.count(columns["distance"]) == 1:
        del places["distance"]  # in the account's units, rounded, and nowhere says which
    if any(name not in places for name in NEEDED):
        begins = printable(names[0][:60]) if names else ""
        raise ExportNotUnderstood(
            file,
            f"has an {CSV_NAME} whose columns we do not know (the first is “{begins}”): set "
            "Strava's language to English and ask for the export again.",
        )
    return columns, places
