"""The activities of a zip: a Strava bulk export, or any archive of activity files.

In an export each row of activities.csv is an activity: with its recording where it has one, and
from the row alone where it was entered by hand. A recording that cannot be read is left out, and
so is its row, since the two may contradict each other; the others still come in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from stridetale.activity import Activity
from stridetale.errors import (
    ExportNotUnderstood,
    FileHasNoActivity,
    FileMissing,
    FileRefused,
    FileTooLarge,
)
from stridetale.files.archive import Archive, ArchiveSpent, LeftOut
from stridetale.files.export import CSV_NAME, Row, rows_of
from stridetale.files.limits import MIB, Reading
from stridetale.files.making import activity_of
from stridetale.files.opening import shown
from stridetale.files.recording import Recording
from stridetale.files.single import activities_of, recordings_of

FOLDER = "activities/"


def activities_in(archive: Archive, left_out: list[LeftOut] | None) -> Iterator[Activity]:
    """Each activity of an archive; what could not be read is added to `left_out`.

    Raises:
        ExportNotUnderstood: its table is in another language, and it has nothing else.
        FileHasNoActivity: nothing in it could be read.
    """
    walk = _Walk(archive, left_out if left_out is not None else [])
    made = 0
    try:
        for activity in walk.activities():
            made += 1
            yield activity
    except ArchiveSpent as exc:
        walk.leave_out(exc)
    if not made:
        raise walk.nothing()


@dataclass
class _Walk:
    """One way through an archive."""

    archive: Archive
    left_out: list[LeftOut]
    refused: list[FileRefused] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    """Members that a row has named."""

    def leave_out(self, error: FileRefused) -> None:
        self.refused.append(error)
        self.left_out.append(LeftOut.because(error))

    def nothing(self) -> FileRefused:
        """Why nothing came of it."""
        file = self.archive.file
        if not self.refused:
            return FileHasNoActivity(file, "has no activity in it.")
        first, *others = self.refused
        if isinstance(first, ExportNotUnderstood) and not others:
            self.left_out.pop()  # it is raised, so it need not be reported as well
            return first
        more = f" (and {len(others):,} more)" if others else ""
        return FileHasNoActivity(
            file, f"has no activity in it that we can read: {first.detail}{more}"
        )

    def activities(self) -> Iterator[Activity]:
        tables = [name for name in self.archive.names if name.rpartition("/")[2] == CSV_NAME]
        table = min(tables, key=lambda name: name.count("/"), default=None)
        if table is None:
            folder = ""
        else:
            base = table.removesuffix(CSV_NAME)
            folder = base + FOLDER
            yield from self._of_table(table, base)
        for name in self.archive.names:
            if name.startswith(folder) and name not in self.taken and name != table:
                yield from self._of_member(name)

    def _of_table(self, table: str, base: str) -> Iterator[Activity]:
        try:
            for row in rows_of(self._table(table), self.archive.file):
                yield from self._of_row(row, base)
        except ArchiveSpent:
            raise
        except FileRefused as exc:
            self.leave_out(exc)

    def _table(self, name: str) -> bytes:
        data, most = bytearray(), self.archive.limits.csv_bytes
        for chunk in self.archive.chunks(name):
            data += chunk
            if len(data) > most:
                raise FileTooLarge(shown(name), f"has more than {most // MIB:,} MB, our limit.")
        return bytes(data)

    def _of_row(self, row: Row, base: str) -> Iterator[Activity]:
        try:
            yield self._activity(row, base)
        except ArchiveSpent:
            raise
        except FileRefused as exc:
            self.leave_out(exc)

    def _activity(self, row: Row, base: str) -> Activity:
        member = self._member(row, base)
        if member is None:
            recording, name = Recording(), f"{CSV_NAME}, line {row.line:,}"
        else:
            reading = Reading(shown(member), self.archive.limits)
            found, _ = recordings_of(self.archive.chunks(member), reading)
            recording, name = _meant(found, row), shown(member)
        row.tell(recording)
        return activity_of(recording, activity_id=row.activity_id, file=name, kind="export")

    def _member(self, row: Row, base: str) -> str | None:
        """The member with the row's recording; None where it has none, or it is not there."""
        if row.filename is None:
            return None
        for name in (base + row.filename, row.filename):
            if name in self.archive.names:
                self.taken.add(name)
                return name
        self.leave_out(
            FileMissing(
                shown(row.filename),
                f"is not in the archive: of its activity there is only what {CSV_NAME} says.",
            )
        )
        return None

    def _of_member(self, name: str) -> Iterator[Activity]:
        try:
            reading = Reading(shown(name), self.archive.limits)
            recordings, digest = recordings_of(self.archive.chunks(name), reading)
            yield from activities_of(recordings, digest, shown(name), "file")
        except ArchiveSpent:
            raise
        except FileRefused as exc:
            self.leave_out(exc)


def _meant(recordings: list[Recording], row: Row) -> Recording:
    """The one of a file's recordings that began nearest to the row's start."""
    start = row.start
    if start is None or len(recordings) == 1:
        return recordings[0]

    def away(recording: Recording) -> float:
        times = recording.track.time_s
        return abs((times[0] if times else recording.start_s) - start.timestamp())

    return min(recordings, key=away)
