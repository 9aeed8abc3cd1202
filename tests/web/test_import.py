import gzip
import io
import resource
import tempfile
import zipfile
from pathlib import Path

import pytest

from sites import a_client, a_gpx, a_site, files, problem_in
from stridetale.library import Entry


def test_a_recording_is_added() -> None:
    with a_client(a_site()) as client:
        answer = client.post("/activities/import", files=files(("north.gpx", a_gpx())))
        assert answer.status_code == 201
        [activity_id] = answer.json()["added"]
        got = client.get(f"/activities/{activity_id}/")
        assert Entry.model_validate_json(got.content).activity.source.name == "north.gpx"


def test_a_recording_that_is_there_already_is_updated() -> None:
    with a_client(a_site()) as client:
        first = client.post("/activities/import", files=files(("north.gpx", a_gpx())))
        again = client.post("/activities/import", files=files(("north.gpx", a_gpx())))
        assert again.status_code == 200
        assert again.json() == {
            "added": [],
            "updated": first.json()["added"],
            "left_out": [],
        }


def test_a_packed_recording_is_added() -> None:
    with a_client(a_site()) as client:
        sent = files(("north.gpx.gz", gzip.compress(a_gpx())))
        assert client.post("/activities/import", files=sent).status_code == 201


def test_all_recordings_of_a_zip_are_added() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.gpx", a_gpx())
        archive.writestr("b.gpx", a_gpx(points=200))
    with a_client(a_site()) as client:
        answer = client.post("/activities/import", files=files(("ex.zip", packed.getvalue())))
        assert len(answer.json()["added"]) == 2


def test_of_several_files_a_bad_one_is_left_out_and_reported() -> None:
    with a_client(a_site()) as client:
        sent = files(("north.gpx", a_gpx()), ("notes.txt", b"buy milk"))
        answer = client.post("/activities/import", files=sent)
        assert len(answer.json()["added"]) == 1
        [left_out] = answer.json()["left_out"]
        assert (left_out["file"], left_out["kind"]) == ("notes.txt", "file-type-unknown")
        assert left_out["detail"].startswith("notes.txt ")


@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        (b"buy milk", 415, "file-type-unknown"),
        (b"", 422, "file-empty"),
        (a_gpx()[:-400], 422, "file-damaged"),
    ],
)
def test_a_single_bad_file_is_aproblem_in(content: bytes, status: int, kind: str) -> None:
    with a_client(a_site()) as client:
        answer = client.post("/activities/import", files=files(("x.gpx", content)))
        assert problem_in(answer) == (status, kind)
        assert answer.json()["detail"].startswith("x.gpx ")


def test_folders_are_no_part_of_a_file_name() -> None:
    with a_client(a_site()) as client:
        sent = files(("../../etc/x.gpx", b"buy milk"))
        answer = client.post("/activities/import", files=sent)
        assert answer.json()["detail"].startswith("x.gpx ")


def test_a_large_file_comes_in_whole() -> None:
    with a_client(a_site()) as client:
        gpx = a_gpx(points=15_000)
        sent = files(("other.txt", b"-" * 70_000), ("long.gpx", gpx))
        [activity_id] = client.post("/activities/import", files=sent).json()["added"]
        elapsed = client.get(f"/activities/{activity_id}/").json()["activity"]["elapsed_time_s"]
        assert elapsed == 14_999


def test_an_upload_over_the_limit_is_refused_by_its_length() -> None:
    with a_client(a_site(upload_mb=1)) as client:
        sent = files(("x.gpx", b"-" * 2_000_000))
        answer = client.post("/activities/import", files=sent)
        assert problem_in(answer) == (413, "file-too-large")


def test_an_upload_over_the_limit_is_refused_where_its_length_is_not_said() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    sent = iter([part, *[b"-" * 100_000] * 20])
    with a_client(a_site(upload_mb=1)) as client:
        form = {"content-type": "multipart/form-data; boundary=b"}
        answer = client.post("/activities/import", content=sent, headers=form)
        assert problem_in(answer) == (413, "file-too-large")


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        ("multipart/form-data; boundary=b", b"no boundary here"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\ncut',
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nx\r\n--b--',
        ),
    ],
)
def test_a_form_without_a_file_is_malformed(form: str, content: bytes) -> None:
    with a_client(a_site()) as client:
        headers = {"content-type": form}
        answer = client.post("/activities/import", content=content, headers=headers)
        assert problem_in(answer) == (422, "request-malformed")


def test_an_upload_that_the_disk_has_no_room_for_is_refused() -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with a_client(a_site()) as client:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
        try:
            sent = files(("x.gpx", b"-" * 200_000))
            answer = client.post("/activities/import", files=sent)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert problem_in(answer) == (413, "file-too-large")
        assert "temporary folder" in answer.json()["detail"]


def test_a_form_of_countless_fields_is_malformed() -> None:
    with a_client(a_site()) as client:
        form = {f"field{number}": "x" for number in range(1_001)}
        answer = client.post("/activities/import", data=form, files=files(("x", b"-")))
        assert problem_in(answer) == (422, "request-malformed")


def test_nothing_stays_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with a_client(a_site()) as client:
        for content in (a_gpx(), b"buy milk"):
            client.post("/activities/import", files=files(("x.gpx", content)))
    assert list(tmp_path.iterdir()) == []


def test_more_files_than_may_be_sent_are_malformed() -> None:
    with a_client(a_site()) as client:
        sent = files(*[(f"{number}.gpx", b"-") for number in range(201)])
        answer = client.post("/activities/import", files=sent)
        assert problem_in(answer) == (422, "request-malformed")
