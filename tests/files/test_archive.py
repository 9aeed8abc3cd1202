import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from typing_extensions import override

from files.recordings import a_fit, a_gpx, a_row, a_table, a_tcx, a_way, a_zip
from stridetale.activity import Activity
from stridetale.errors import FileDamaged, FileHasNoActivity, FileRefused, FileTooLarge
from stridetale.files import LeftOut, Limits, read_activities

GOOD = a_gpx()


def read(data: bytes, limits: Limits | None = None) -> tuple[list[Activity], list[LeftOut]]:
    left_out: list[LeftOut] = []
    made = list(
        read_activities(data, name="mine.zip", left_out=left_out, limits=limits or Limits())
    )
    return made, left_out


def refusal(data: bytes, limits: Limits | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(data, limits)
    return caught.value


def a_zip_with(info: zipfile.ZipInfo, content: bytes = GOOD) -> bytes:
    """A good recording, and one more member as described."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.fit", a_fit())
        archive.writestr(info, content)
    return made.getvalue()


def test_each_recording_of_an_archive_comes_in() -> None:
    made, left_out = read(a_zip({"a.gpx": a_gpx(), "b/c.tcx": a_tcx(), "d.fit": a_fit()}))
    assert [activity.source.name for activity in made] == ["a.gpx", "b/c.tcx", "d.fit"]
    assert not left_out


def test_an_archive_on_the_disk_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    path.write_bytes(a_zip({"a.gpx": GOOD}))
    assert len(list(read_activities(path))) == 1


def test_what_is_left_out_need_not_be_asked_for() -> None:
    assert len(list(read_activities(a_zip({"a.gpx": GOOD, "b.gpx": GOOD[:-9]})))) == 1


def test_a_recording_has_the_same_id_in_an_archive_and_alone() -> None:
    [[inside], _] = read(a_zip({"a.gpx": GOOD}))
    [alone] = read_activities(GOOD)
    assert inside.id == alone.id


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (a_gpx()[:-100], "file-damaged", "is not well-formed"),
        (a_fit()[:-1], "file-damaged", "is cut off"),
        (b"", "file-empty", "is empty"),
        (b"\xff\xd8 a photo", "file-type-unknown", "is neither GPX"),
        (b"<!DOCTYPE gpx [<!ENTITY a 'b'>]><gpx/>", "file-dangerous", "document type"),
        (b"<gpx></gpx>", "file-has-no-activity", "has no track"),
        (a_gpx(a_way(seconds=0)), "file-has-no-activity", "nothing after it"),
        (a_zip({"a.gpx": GOOD}), "file-dangerous", "an archive within an archive"),
        (b"<gpx>" + b" " * 9_000_000, "file-dangerous", "200 times its size"),
    ],
)
def test_the_others_come_in_and_a_report_says_what_was_left_out(
    content: bytes, kind: str, words: str
) -> None:
    made, [left] = read(a_zip({"good.fit": a_fit(), "bad.gpx": content, "good.gpx": GOOD}))
    assert len(made) == 2
    assert (left.file, left.kind) == ("bad.gpx", kind)
    assert left.detail.startswith("bad.gpx ")
    assert words in left.detail


@pytest.mark.parametrize(
    "name",
    ["../../etc/cron.d/x.gpx", "/etc/x.gpx", "a/../../x.gpx", "..\\x.gpx", "C:/x.gpx", "~/x.gpx"],
)
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    made, [left] = read(a_zip_with(zipfile.ZipInfo(name)))
    assert len(made) == 1
    assert left.kind == "file-dangerous"
    assert "leads out of the archive" in left.detail


def test_a_link_is_refused() -> None:
    link = zipfile.ZipInfo("link.gpx")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    _, [left] = read(a_zip_with(link, b"/etc/passwd"))
    assert left.detail == "link.gpx is a link to another file."


def flagged(data: bytes, *, flags: int = 0, packing: int | None = None) -> bytes:
    """The archive with its last member flagged, in the member's head and in the table."""
    hurt = bytearray(data)
    for magic, flag_at, packing_at in ((b"PK\x03\x04", 6, 8), (b"PK\x01\x02", 8, 10)):
        at = hurt.rfind(magic)
        hurt[at + flag_at] |= flags
        if packing is not None:
            struct.pack_into("<H", hurt, at + packing_at, packing)
    return bytes(hurt)


def test_a_locked_member_is_left_out() -> None:
    _, [left] = read(flagged(a_zip_with(zipfile.ZipInfo("locked.gpx")), flags=1))
    assert left.detail == "locked.gpx is locked with a password."


def test_a_member_packed_in_a_rare_way_is_left_out() -> None:
    _, [left] = read(flagged(a_zip_with(zipfile.ZipInfo("rare.gpx")), packing=14))
    assert left.detail == "rare.gpx is packed in a way that we do not read."


def test_a_member_whose_bytes_were_changed_is_left_out() -> None:
    data = bytearray(a_zip({"good.fit": a_fit(), "bad.gpx": GOOD}))
    at = data.find(b"bad.gpx") + 200
    data[at : at + 20] = bytes(20)
    made, [left] = read(bytes(data))
    assert len(made) == 1
    assert left.detail == "bad.gpx is damaged in the archive: it cannot be unpacked."


def test_litter_of_file_managers_is_passed_over() -> None:
    litter = {"__MACOSX/._a.gpx": b"x", ".DS_Store": b"x", "b/Thumbs.db": b"x"}
    assert read(a_zip({"a.gpx": GOOD} | litter))[1] == []


def test_a_folder_is_passed_over() -> None:
    assert read(a_zip_with(zipfile.ZipInfo("folder/"), b""))[1] == []


def test_a_name_that_would_command_a_terminal_is_shown_without_that() -> None:
    _, [left] = read(a_zip({"good.fit": a_fit(), "\x1b[2Jx.gpx": b""}))
    assert left.detail == "[2Jx.gpx is empty."


def test_an_archive_cut_off_is_refused() -> None:
    assert "it has no table of contents" in refusal(a_zip({"a.gpx": GOOD})[:-30]).detail


def test_an_archive_with_a_damaged_table_is_refused() -> None:
    data = bytearray(a_zip({"a.gpx": GOOD}))
    data[data.rfind(b"PK\x01\x02")] = 0
    refused = refusal(bytes(data))
    assert isinstance(refused, FileDamaged)
    assert "mine.zip is cut off or damaged" in refused.detail


def test_an_empty_archive_has_no_activity() -> None:
    assert refusal(a_zip({})).detail == "mine.zip has no activity in it."


def test_an_archive_of_damaged_files_says_why_nothing_came() -> None:
    refused = refusal(a_zip({"a.gpx": GOOD[:-9], "b.gpx": b"", "c.gpx": b""}))
    assert isinstance(refused, FileHasNoActivity)
    assert "mine.zip has no activity in it that we can read: a.gpx is not" in refused.detail
    assert refused.detail.endswith("(and 2 more)")


def test_too_many_members_are_refused() -> None:
    data = a_zip({f"{number}.gpx": b"" for number in range(20)})
    assert isinstance(refusal(data, Limits(members=10)), FileTooLarge)


def test_a_large_table_is_refused_before_it_is_read() -> None:
    data = a_zip({f"{number}.gpx": b"" for number in range(20)})
    assert isinstance(refusal(data, Limits(directory_bytes=500)), FileTooLarge)


def test_a_large_archive_is_refused() -> None:
    assert isinstance(refusal(a_zip({"a.gpx": GOOD}), Limits(archive_bytes=100)), FileTooLarge)


def test_when_too_much_is_unpacked_what_came_before_stays() -> None:
    data = a_zip({f"{number}.gpx": GOOD for number in range(9)})
    made, [left] = read(data, Limits(unpacked_bytes=len(GOOD) * 3))
    assert len(made) == 3
    assert left.detail.startswith("mine.zip unpacks to more than")


def test_when_too_much_is_unpacked_of_an_export_what_came_before_stays() -> None:
    rows = [a_row(Filename=f"activities/{number}.gpx") for number in range(9)]
    files = {f"activities/{number}.gpx": GOOD for number in range(9)}
    table = a_table(*rows)
    data = a_zip({"activities.csv": table} | files)
    made, [left] = read(data, Limits(unpacked_bytes=len(GOOD) * 3 + len(table)))
    assert len(made) == 3
    assert left.kind == "file-too-large"


def test_a_table_larger_than_all_that_may_be_unpacked_ends_the_reading() -> None:
    data = a_zip({"activities.csv": a_table(a_row())})
    assert isinstance(refusal(data, Limits(unpacked_bytes=100)), FileHasNoActivity)


def a_large_end(data: bytes, *, members: int, offset: int | None = None) -> bytes:
    """The archive with an end as one of more than 65,535 members has it."""
    at = data.rfind(b"PK\x05\x06")
    end = bytearray(data[at:])
    table_bytes, table_at = struct.unpack_from("<LL", end, 12)
    struct.pack_into("<HH", end, 8, 0xFFFF, 0xFFFF)
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, members, members, table_bytes, table_at
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at if offset is None else offset, 1)
    return data[:at] + record + locator + bytes(end)


def test_the_number_of_members_of_a_large_archive_is_that_of_its_larger_end() -> None:
    data = a_large_end(a_zip({"a.gpx": GOOD}), members=1)
    assert len(read(data, Limits(members=10))[0]) == 1


def test_too_many_members_by_its_larger_end_are_refused() -> None:
    data = a_large_end(a_zip({"a.gpx": GOOD}), members=10_000_000)
    assert isinstance(refusal(data), FileTooLarge)


@pytest.mark.parametrize("offset", [10**6, 2**64 - 1])
def test_a_larger_end_that_is_not_there_is_not_believed(offset: int) -> None:
    data = a_large_end(a_zip({"a.gpx": GOOD}), members=1, offset=offset)
    assert isinstance(refusal(data, Limits(members=10)), FileTooLarge)


@pytest.mark.parametrize("before", [b"", b"x" * 100])
def test_an_end_of_a_large_archive_without_its_record_is_not_believed(before: bytes) -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 46, 0, 0)
    assert isinstance(refusal(b"PK\x05\x06" + before + end, Limits(members=10)), FileTooLarge)


class Unsearchable(io.BytesIO):
    """A stream whose end cannot be found."""

    @override
    def seek(self, offset: int, whence: int = 0, /) -> int:
        if whence == 2:
            raise OSError(29, "Illegal seek")
        return super().seek(offset, whence)


def test_a_stream_that_cannot_be_searched_through_is_refused() -> None:
    with pytest.raises(FileDamaged, match="cannot be searched through"):
        list(read_activities(Unsearchable(a_zip({"a.gpx": GOOD})), name="mine.zip"))
