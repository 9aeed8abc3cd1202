from dataclasses import replace

import pytest

from files.recordings import PAUSE, a_tcx, a_way
from stridetale.activity import Activity
from stridetale.errors import FileHasNoActivity
from stridetale.files import read_activities

TOTALS = {"TotalTimeSeconds": 590.0, "DistanceMeters": 1_790.0, "MaximumSpeed": 3.2}
WAY = a_way(seconds=1_200)
LAPS = (WAY[:600], WAY[600:])


def only(data: bytes) -> Activity:
    [activity] = read_activities(data, name="morning.tcx")
    return activity


def test_the_totals_of_all_laps_are_the_distance_and_the_moving_time() -> None:
    activity = only(a_tcx(*LAPS, totals=TOTALS))
    assert (activity.distance_m, activity.moving_time_s) == (3_580.0, 1_180.0)


def test_the_receipt_of_a_sum_of_laps_says_how_many() -> None:
    activity = only(a_tcx(*LAPS, totals=TOTALS))
    assert activity.sources["distance_m"] == "sum of 2 Lap.DistanceMeters"


def test_the_top_speed_is_that_of_the_fastest_lap() -> None:
    data = a_tcx(*LAPS, totals=TOTALS).replace(b"3.2<", b"3.4<", 1)
    assert only(data).max_speed_mps == 3.4


def test_when_a_lap_has_no_total_the_points_are_added_up() -> None:
    data = a_tcx(a_way(), totals=TOTALS).replace(b"TotalTimeSeconds", b"Whatever")
    assert only(data).moving_time_s == pytest.approx(600)


def test_the_blanks_before_the_declaration_that_strava_writes_are_no_harm() -> None:
    assert a_tcx().startswith(b"\n   ")
    assert only(a_tcx()).sport_type == "Run"


def test_the_distance_of_the_device_counts_where_there_are_no_positions() -> None:
    way = [replace(point, lat=None, lon=None) for point in a_way()]
    assert only(a_tcx(way)).distance_m == 1_800


def test_without_positions_there_is_no_route() -> None:
    way = [replace(point, lat=None, lon=None) for point in a_way()]
    assert only(a_tcx(way)).polyline is None


def test_speeds_of_the_extension_are_read() -> None:
    way = [replace(point, speed=3.3) for point in a_way()]
    assert only(a_tcx(way)).max_speed_mps == pytest.approx(3.3)


def test_a_second_track_in_a_lap_follows_a_pause() -> None:
    way = [replace(point, distance=None) for point in a_way()]
    apart = [replace(point, lat=(point.lat or 0) + 0.001) for point in way[300:]]
    assert only(a_tcx([*way[:300], PAUSE, *apart])).distance_m == pytest.approx(1_797, abs=1)


def test_notes_are_the_description() -> None:
    assert only(a_tcx()).description == "Felt good"


def test_several_activities_are_several() -> None:
    one = a_tcx().partition(b"<Activity ")[2].partition(b"</Activities>")[0]
    both = a_tcx().replace(b"</Activities>", b"<Activity " + one + b"</Activities>")
    assert len(list(read_activities(both))) == 2


@pytest.mark.parametrize(
    ("word", "sport_type"), [("Biking", "Ride"), ("Running", "Run"), ("Other", "Activity")]
)
def test_the_sport_is_said_in_the_words_of_strava(word: str, sport_type: str) -> None:
    assert only(a_tcx(sport=word)).sport_type == sport_type


def test_the_start_is_that_of_the_first_lap() -> None:
    assert only(a_tcx()).sources["start"] == "Lap.StartTime"


def test_without_a_start_of_the_lap_it_is_that_of_the_first_point() -> None:
    data = a_tcx().replace(b"StartTime", b"Nothing")
    assert only(data).sources["start"] == "time of the first track point"


def test_an_offset_in_the_times_is_that_of_the_clock() -> None:
    assert only(a_tcx().replace(b"Z</Time>", b"-03:00</Time>")).utc_offset_s == -10_800


def test_an_activity_of_totals_alone_is_one() -> None:
    assert only(a_tcx([], totals=TOTALS)).distance_m == 1_790


def test_an_activity_without_laps_is_none() -> None:
    bare = b"<TrainingCenterDatabase><Activity Sport='Running'/></TrainingCenterDatabase>"
    with pytest.raises(FileHasNoActivity, match="does not say when"):
        only(bare)


def test_a_course_is_no_activity() -> None:
    course = a_tcx().replace(b"Activity", b"Course")
    with pytest.raises(FileHasNoActivity, match=r"morning\.tcx has no activity in it"):
        only(course)
