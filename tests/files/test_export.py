from datetime import UTC, datetime

import pytest

from files.recordings import (
    HEADER_2018,
    HEADER_2026,
    START,
    a_fit,
    a_gpx,
    a_record,
    a_row,
    a_session,
    a_table,
    a_way,
    a_zip,
)
from stridetale.activity import Activity
from stridetale.errors import ExportNotUnderstood, FileHasNoActivity
from stridetale.files import LeftOut, Limits, read_activities

GERMAN = b"Aktivit\xc3\xa4ts-ID,Aktivit\xc3\xa4tsdatum,Name\n1,13.05.2026,Runde\n"
OLD_ROW = {
    "id": "1988225457",
    "date": "2018-11-27 19:11:32",
    "name": "Evening Ride",
    "type": "Ride",
    "elapsed_time": "1468",
    "distance": "6075.0",
    "gear": "1x1x8",
}


Made = tuple[list[Activity], list[LeftOut]]


def read(members: dict[str, bytes], limits: Limits | None = None) -> Made:
    left_out: list[LeftOut] = []
    made = read_activities(
        a_zip(members), name="export.zip", left_out=left_out, limits=limits or Limits()
    )
    return list(made), left_out


def by_hand(**cells: str) -> Activity:
    """The activity of a row without a recording."""
    [[activity], []] = read({"activities.csv": a_table(a_row(**cells))})
    return activity


def of_2018(**cells: str) -> Activity:
    [[activity], []] = read({"activities.csv": a_table(OLD_ROW | cells, header=HEADER_2018)})
    return activity


def with_file(recording: bytes, **cells: str) -> Activity:
    table = a_table(a_row(Filename="activities/1.fit.gz", **cells))
    [[activity], []] = read({"activities.csv": table, "activities/1.fit.gz": recording})
    return activity


def test_the_id_is_the_number_of_strava() -> None:
    assert by_hand().id == "1234567890"


def test_an_id_that_is_none_is_made_of_the_row() -> None:
    assert len(by_hand(Activity_ID="12/34").id) == 16


def test_an_activity_entered_by_hand_is_one() -> None:
    activity = by_hand()
    assert (activity.distance_m, activity.moving_time_s, activity.elapsed_time_s) == (
        20_004.5, 3_600, 4_000,
    )  # fmt: skip


def test_of_two_distances_the_one_in_metres_is_meant() -> None:
    assert by_hand(Distance="20.00", **{"Distance 2": "20004.5"}).distance_m == 20_004.5


def test_a_single_distance_since_2018_is_in_nobody_knows_what() -> None:
    header = HEADER_2026.replace("Distance,", "", 1)
    [[activity], []] = read({"activities.csv": a_table(a_row(), header=header)})
    assert activity.distance_m is None


def test_the_form_of_2018_is_read() -> None:
    activity = of_2018()
    assert (activity.id, activity.name, activity.gear) == ("1988225457", "Evening Ride", "1x1x8")
    assert (activity.distance_m, activity.elapsed_time_s) == (6_075, 1_468)


@pytest.mark.parametrize(
    "said",
    [
        "May 13, 2026, 9:54:42 AM",
        "May 13, 2026, 9:54:42\u202fAM",
        "13 May 2026, 09:54:42",
        "May 13, 2026, 09:54:42",
        "2026-05-13 09:54:42",
        "2026-05-13 09:54:42 UTC",
    ],
)
def test_dates_are_read_in_every_english_form_and_are_in_utc(said: str) -> None:
    assert by_hand(Activity_Date=said).start == START


def test_a_date_in_a_british_september_is_read() -> None:
    activity = by_hand(Activity_Date="3 Sept 2026, 07:00:00")
    assert activity.start == datetime(2026, 9, 3, 7, tzinfo=UTC)


def test_a_row_with_neither_date_nor_recording_is_left_out() -> None:
    rows = (a_row(), a_row(Activity_Date="13.05.2026"))
    [made, [left]] = read({"activities.csv": a_table(*rows)})
    assert len(made) == 1
    assert left.detail == "activities.csv, line 3 does not say when it was recorded."


def test_a_row_without_a_date_has_that_of_its_recording() -> None:
    assert with_file(a_fit(), Activity_Date="13.05.2026").sources["start"] == "session.start_time"


def test_what_the_table_says_is_preferred_to_what_the_file_says() -> None:
    recording = a_fit(*map(a_record, a_way()), a_session(total_distance=1_700))
    cells = {"Distance 2": "1810.5", "Moving Time": "595", "Elapsed Time 2": "600"}
    activity = with_file(recording, Activity_Type="Trail Run", **cells)
    assert (activity.distance_m, activity.moving_time_s) == (1_810.5, 595)
    assert activity.sport_type == "TrailRun"


def test_the_receipt_names_the_column() -> None:
    assert by_hand().sources["moving_time_s"] == "activities.csv, column Moving Time"


def test_the_recording_gives_what_the_table_does_not() -> None:
    assert with_file(a_fit()).timezone == "Europe/Zurich"


def test_the_source_is_the_member_of_the_archive() -> None:
    activity = with_file(a_fit())
    assert (activity.source.kind, activity.source.name) == ("export", "activities/1.fit.gz")


def test_name_description_and_gear_are_those_of_the_table() -> None:
    activity = by_hand(Activity_Description="Windy,\nand wet", Activity_Gear="Topstone")
    assert activity.name == "Over the hill"
    assert activity.description == "Windy, and wet"
    assert activity.gear == "Topstone"


def test_gain_and_speeds_are_those_of_the_table() -> None:
    activity = by_hand(Elevation_Gain="354.0", Max_Speed="14.4", Average_Speed="5.5")
    assert activity.elevation_gain_m == 354
    assert activity.max_speed_mps == 14.4
    assert activity.average_speed_mps == 5.5


def test_the_weather_is_that_of_the_table() -> None:
    said = {"Weather Temperature": "13.39", "Wind Speed": "4.95"}
    activity = by_hand(Weather_Condition="Light Rain", **said)
    assert activity.weather is not None
    assert activity.weather.model_dump() == {
        "condition": "Light Rain", "temperature_c": 13.39, "wind_speed_mps": 4.95,
    }  # fmt: skip
    assert activity.sources["weather"] == (
        "activities.csv, columns Weather Condition, Weather Temperature, Wind Speed"
    )


def test_a_condition_that_is_a_number_says_nothing() -> None:
    activity = by_hand(Weather_Condition="3.0", Weather_Temperature="13.4")
    assert activity.weather is not None
    assert activity.weather.condition is None
    assert activity.sources["weather"] == "activities.csv, column Weather Temperature"


@pytest.mark.parametrize("wrong", ["nan", "inf", "900", "warm", "-1e999"])
def test_a_temperature_that_cannot_be_is_none(wrong: str) -> None:
    assert by_hand(Weather_Temperature=wrong).weather is None


@pytest.mark.parametrize("wrong", ["nan", "-5", "inf", "1e300", "far", "", "9" * 50])
def test_a_distance_that_cannot_be_is_none(wrong: str) -> None:
    assert by_hand(**{"Distance 2": wrong}).distance_m is None


def test_a_kind_of_sport_with_a_hyphen_is_known() -> None:
    assert by_hand(Activity_Type="E-Bike Ride").sport_type == "EBikeRide"


def test_a_row_without_a_sport_has_that_of_its_recording() -> None:
    assert with_file(a_fit(), Activity_Type="").sport_type == "Run"


def test_the_text_of_an_old_machine_is_read() -> None:
    table = a_table(a_row(Activity_Name="Kueste")).replace(b"Kueste", b"K\xfcste")
    [[activity], []] = read({"activities.csv": table})
    assert activity.name == "Küste"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_at_the_head_of_a_table_are_no_harm(encoding: str) -> None:
    table = a_table(a_row()).decode().encode(encoding)
    assert len(read({"activities.csv": table})[0]) == 1


def test_an_export_packed_again_in_a_folder_is_read() -> None:
    table = a_table(a_row(Filename="activities/1.gpx"))
    files = {"e/activities.csv": table, "e/activities/1.gpx": a_gpx(), "e/x.jpg": b""}
    made, left_out = read(files)
    assert (len(made), left_out) == (1, [])


def test_a_table_in_the_folder_of_the_recordings_is_understood() -> None:
    table = a_table(OLD_ROW | {"filename": "activities/1.gpx"}, header=HEADER_2018)
    made, left_out = read({"activities/activities.csv": table, "activities/1.gpx": a_gpx()})
    assert (len(made), left_out) == (1, [])


def test_a_recording_that_no_row_names_comes_in_too() -> None:
    made, _ = read({"activities.csv": a_table(a_row()), "activities/2.gpx": a_gpx()})
    assert [activity.source.kind for activity in made] == ["export", "file"]


def test_planned_routes_and_photos_of_an_export_are_passed_over() -> None:
    made, left_out = read(
        {"activities.csv": a_table(a_row()), "routes/1.gpx": a_gpx(), "media/1.jpg": b"x"}
    )
    assert (len(made), left_out) == (1, [])


def test_a_row_whose_recording_is_damaged_is_left_out() -> None:
    table = a_table(a_row(), a_row(Filename="activities/1.fit"))
    made, [left] = read({"activities.csv": table, "activities/1.fit": a_fit()[:-1]})
    assert len(made) == 1
    assert left.file == "activities/1.fit"


def test_a_row_whose_recording_is_not_there_has_what_the_table_says() -> None:
    made, [left] = read({"activities.csv": a_table(a_row(Filename="activities/1.fit"))})
    assert made[0].distance_m == 20_004.5
    assert left.kind == "file-missing"
    assert left.detail.startswith("activities/1.fit is not in the archive")


def test_of_several_activities_in_a_file_a_row_means_the_one_at_its_time() -> None:
    legs = a_fit(
        *map(a_record, a_way()), a_session(290, sport=5), a_session(290, after=300, sport=2)
    )
    activity = with_file(legs, Activity_Date="May 13, 2026, 9:59:42 AM", **{"Distance 2": ""})
    assert activity.distance_m == pytest.approx(870)


def test_of_several_activities_without_points_a_row_means_the_one_at_its_time() -> None:
    legs = a_fit(a_session(290, total_distance=700), a_session(290, after=300, total_distance=800))
    activity = with_file(legs, Activity_Date="May 13, 2026, 9:59:42 AM", **{"Distance 2": ""})
    assert activity.distance_m == 800


def test_a_table_in_another_language_leaves_its_recordings_readable() -> None:
    made, [left] = read({"activities.csv": GERMAN, "activities/1.gpx": a_gpx()})
    assert len(made) == 1
    assert left.kind == "export-not-understood"
    assert "(the first is “Aktivitäts-ID”): set Strava's language to English" in left.detail


def test_a_table_in_another_language_and_nothing_else_is_refused() -> None:
    with pytest.raises(ExportNotUnderstood, match="whose columns we do not know"):
        read({"activities.csv": GERMAN})


def test_what_is_raised_is_not_reported_as_well() -> None:
    left_out: list[LeftOut] = []
    with pytest.raises(ExportNotUnderstood):
        list(read_activities(a_zip({"activities.csv": GERMAN}), left_out=left_out))
    assert left_out == []


def test_an_empty_table_is_not_understood() -> None:
    with pytest.raises(ExportNotUnderstood):
        read({"activities.csv": b""})


def test_an_empty_line_is_no_row() -> None:
    assert len(read({"activities.csv": a_table(a_row()) + b"\n,,\n"})[0]) == 1


def test_a_line_cut_short_is_left_out() -> None:
    table = a_table(a_row()) + b'7,"May 13, 2026, 9:54:42 AM",Short,Run\n'
    made, [left] = read({"activities.csv": table})
    assert len(made) == 1
    assert left.file == "activities.csv, line 3"


def test_a_table_that_breaks_off_gives_the_rows_before() -> None:
    table = a_table(a_row()) + b'7,"' + b"x" * 200_000
    made, [left] = read({"activities.csv": table})
    assert len(made) == 1
    assert "breaks off in line" in left.detail


def test_a_huge_table_is_left_out() -> None:
    members = {"activities.csv": a_table(a_row()), "activities/1.gpx": a_gpx()}
    made, [left] = read(members, Limits(csv_bytes=100))
    assert len(made) == 1
    assert left.kind == "file-too-large"


def test_a_row_that_says_nothing_is_no_activity() -> None:
    cells = {"Distance 2": "", "Moving Time": "", "Elapsed Time 2": ""}
    with pytest.raises(FileHasNoActivity, match="has a start, and nothing after it"):
        by_hand(**cells)
