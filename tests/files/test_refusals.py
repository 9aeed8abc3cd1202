import gzip
import io
import os
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from files.recordings import a_fit, a_gpx, a_tcx, a_way, a_zip
from stridetale.activity import Activity
from stridetale.errors import (
    FileDamaged,
    FileDangerous,
    FileEmpty,
    FileHasNoActivity,
    FileMissing,
    FileRefused,
    FileTooLarge,
    FileTypeUnknown,
)
from stridetale.files import Limits, read_activities

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<gpx><trk><name>&b;</name></trk></gpx>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<gpx><trk><name>&x;</name></trk></gpx>"""


def read(data: bytes, limits: Limits | None = None) -> list[Activity]:
    return list(read_activities(data, name="mine.gpx", limits=limits or Limits()))


def refusal(data: bytes, limits: Limits | None = None) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(data, limits)
    return caught.value


# --- every way to give a file ----------------------------------------------------------------


def test_a_path_is_read(tmp_path: Path) -> None:
    path = tmp_path / "run.gpx"
    path.write_bytes(a_gpx())
    [activity] = read_activities(path)
    assert activity.source.name == "run.gpx"


def test_a_path_as_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "run.gpx"
    path.write_bytes(a_gpx())
    assert len(list(read_activities(str(path)))) == 1


def test_a_stream_is_read_and_left_open() -> None:
    stream = io.BytesIO(a_gpx())
    list(read_activities(stream, name="run.gpx"))
    assert not stream.closed


def test_a_file_can_be_read_in_another_thread() -> None:
    found: list[Activity] = []
    thread = threading.Thread(target=lambda: found.extend(read(a_fit())))
    thread.start()
    thread.join(30)
    assert len(found) == 1


@pytest.mark.parametrize("made", [a_gpx, a_tcx, a_fit])
def test_a_packed_file_is_the_same_activity(made: Callable[[], bytes]) -> None:
    assert read(gzip.compress(made())) == read(made())


def test_the_type_is_that_of_the_content_and_not_of_the_name() -> None:
    [activity] = read_activities(a_fit(), name="run.gpx")
    assert activity.sources["start"] == "session.start_time"


def test_a_packed_file_in_two_pieces_is_read() -> None:
    data = a_gpx()
    assert read(gzip.compress(data[:5_000]) + gzip.compress(data[5_000:])) == read(data)


def test_padding_after_a_packed_file_is_no_harm() -> None:
    assert read(gzip.compress(a_gpx()) + bytes(600)) == read(a_gpx())


# --- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "error", "sentence"),
    [
        (b"", FileEmpty, "mine.gpx is empty."),
        (b" \r\n\t\n", FileEmpty, "mine.gpx is empty."),
        (bytes(5_000), FileEmpty, "mine.gpx is empty."),
        (gzip.compress(b"", mtime=0), FileEmpty, "mine.gpx is empty."),
        (b"\xff\xd8\xff\xe0 a photo", FileTypeUnknown, "mine.gpx is neither GPX, TCX nor FIT"),
        (b"<html><body>log in</body></html>", FileTypeUnknown, "mine.gpx is neither GPX"),
        (b"<!-- gpx -->", FileTypeUnknown, "mine.gpx is neither GPX"),
        (b"Dear diary", FileTypeUnknown, "mine.gpx is neither GPX"),
        (a_gpx()[:-200], FileDamaged, "mine.gpx is not well-formed from line 1 on"),
        (a_gpx().replace(b"</trk>", b""), FileDamaged, "mine.gpx is not well-formed"),
        (a_gpx().replace(b"UTF-8", b"UTF-9"), FileDamaged, "mine.gpx is in an encoding"),
        (a_gpx().replace(b"UTF-8", b"EUC-JP"), FileDamaged, "mine.gpx is in an encoding"),
        (gzip.compress(a_gpx())[:-200], FileDamaged, "mine.gpx is cut off: its packed data"),
        (gzip.compress(a_gpx())[:30] + b"????????" * 99, FileDamaged, "cannot be unpacked"),
        (LAUGHS, FileDangerous, "mine.gpx declares a document type or entities"),
        (LAUGHS.replace(b"ha", b"ha" * 5_000), FileDangerous, "declares a document type"),
        (OUTSIDE, FileDangerous, "mine.gpx declares a document type or entities"),
        (b"<gpx>" + b"<a>" * 99, FileDangerous, "mine.gpx nests elements more than 64 deep"),
        (gzip.compress(gzip.compress(a_gpx())), FileDangerous, "an archive within an archive"),
        (gzip.compress(a_zip({"a.gpx": a_gpx()})), FileDangerous, "an archive within an archive"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence_with_its_name_and_the_reason(
    data: bytes, error: type[FileRefused], sentence: str
) -> None:
    refused = refusal(data)
    assert type(refused) is error
    assert sentence in refused.detail


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"^gone\.gpx does not exist"):
        list(read_activities(tmp_path / "gone.gpx"))


def test_a_name_that_no_file_can_have_is_missing() -> None:
    with pytest.raises(FileMissing):
        list(read_activities("a\x00b.gpx"))


def test_a_file_that_may_not_be_read_is_missing(as_nobody: Path) -> None:
    path = as_nobody / "locked.gpx"
    path.write_bytes(a_gpx())
    path.chmod(0)
    with pytest.raises(FileMissing, match="cannot be opened: Permission denied"):
        list(read_activities(path))


def test_a_name_too_long_for_any_file_cannot_be_opened() -> None:
    with pytest.raises(FileMissing, match="cannot be opened"):
        list(read_activities("x" * 5_000))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileTypeUnknown, match="is no file but a folder"):
        list(read_activities(tmp_path))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.gpx")
    with pytest.raises(FileTypeUnknown):
        list(read_activities(tmp_path / "pipe.gpx"))


def test_a_name_that_would_command_a_terminal_is_shown_without_that() -> None:
    with pytest.raises(FileEmpty) as caught:
        list(read_activities(b"", name="\x1b[2J\u202erun.gpx"))
    assert caught.value.detail == "[2Jrun.gpx is empty."


def test_a_file_without_a_name_is_called_the_file() -> None:
    with pytest.raises(FileEmpty, match=r"^the file is empty\.$"):
        list(read_activities(b""))


# --- limits ----------------------------------------------------------------------------------


def test_gigabytes_are_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.gpx"
    with path.open("wb") as file:
        file.write(b"<gpx>")
        file.truncate(5 * 2**30)
    with pytest.raises(FileTooLarge, match=r"^huge\.gpx has 5,120 MB"):
        list(read_activities(path))


def test_a_long_fit_file_is_refused() -> None:
    refused = refusal(a_fit(), Limits(fit_bytes=5_000))
    assert isinstance(refused, FileTooLarge)


def test_what_unpacks_to_too_much_is_refused() -> None:
    limits = Limits(file_bytes=30_000)
    assert isinstance(refusal(gzip.compress(a_gpx()), limits), FileTooLarge)


def test_a_bomb_is_refused() -> None:
    bomb = gzip.compress(b"<gpx>" + b" " * 30_000_000)
    assert "200 times its size" in refusal(bomb).detail


@pytest.mark.parametrize("made", [a_gpx, a_tcx, a_fit])
def test_too_many_points_are_refused(made: Callable[[], bytes]) -> None:
    refused = refusal(made(), Limits(points=100))
    assert refused.detail == "mine.gpx has more than 100 track points, our limit."


@pytest.mark.parametrize("made", [a_gpx, a_tcx, a_fit])
def test_what_takes_too_long_is_refused(made: Callable[[], bytes]) -> None:
    assert "takes longer to read" in refusal(made(), Limits(seconds=-1)).detail


def test_a_million_empty_elements_are_no_activity() -> None:
    with pytest.raises(FileHasNoActivity):
        read(b"<gpx>" + b"<a/>" * 1_000_000 + b"</gpx>")


def test_a_long_text_is_kept_only_in_part() -> None:
    [activity] = read(a_gpx(name="x" * 3_000_000))
    assert len(activity.name or "") == 200


def test_a_day_at_one_point_a_second_is_read() -> None:
    [activity] = read(gzip.compress(a_gpx(a_way(seconds=86_400, mps=0.5))))
    assert activity.distance_m == pytest.approx(43_200, rel=0.01)


def test_raw_deflate_is_of_no_type_that_we_read() -> None:
    assert isinstance(refusal(zlib.compress(a_gpx())), FileTypeUnknown)
