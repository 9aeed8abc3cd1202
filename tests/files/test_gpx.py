from dataclasses import replace

import pytest

from files.recordings import PAUSE, Point, a_gpx, a_way
from stridetale.activity import Activity
from stridetale.errors import FileHasNoActivity
from stridetale.files import read_activities


def only(data: bytes) -> Activity:
    [activity] = read_activities(data, name="morning.gpx")
    return activity


def later(points: list[Point], seconds: float) -> list[Point]:
    return [replace(point, second=point.second + seconds) for point in points]


def test_the_distance_is_the_sum_of_the_steps_between_positions() -> None:
    assert only(a_gpx(a_way(seconds=600, mps=3))).distance_m == pytest.approx(1800, rel=0.001)


def test_the_name_is_that_of_the_track() -> None:
    assert only(a_gpx(name="Round the lake")).name == "Round the lake"


def test_without_a_name_of_its_own_a_track_has_that_of_the_file() -> None:
    data = a_gpx(name="?", extra="<metadata><name>Round the lake</name></metadata>")
    assert only(data.replace(b"<name>?</name>", b"")).name == "Round the lake"


def test_the_description_is_that_of_the_track() -> None:
    data = a_gpx().replace(b"<type>", b"<desc>With a dog</desc><type>")
    assert only(data).description == "With a dog"


@pytest.mark.parametrize(
    ("word", "sport_type"),
    [
        ("running", "Run"),
        ("9", "Run"),
        ("trail_running", "TrailRun"),
        ("Gravel Ride", "GravelRide"),
        ("mountain_biking", "MountainBikeRide"),
        ("16", "Swim"),
        ("horseback_riding", "HorsebackRiding"),
        ("", "Activity"),
        ("other", "Activity"),
        ("日本", "日本"),
        ("$$", "Activity"),
    ],
)
def test_the_type_is_said_in_the_words_of_strava(word: str, sport_type: str) -> None:
    assert only(a_gpx(kind=word)).sport_type == sport_type


def test_a_treadmill_is_a_trainer() -> None:
    assert only(a_gpx(kind="treadmill_running")).trainer


def test_lengths_are_swum_in_a_pool() -> None:
    assert only(a_gpx(kind="lap_swimming")).pool


def test_a_swim_with_a_route_is_in_no_pool() -> None:
    assert only(a_gpx(kind="swimming")).pool is False


def test_a_time_with_an_offset_says_what_the_clock_showed() -> None:
    activity = only(a_gpx().replace(b"Z</time>", b"+05:30</time>"))
    assert activity.utc_offset_s == 19_800


def test_a_time_without_a_zone_is_in_utc() -> None:
    assert only(a_gpx().replace(b"Z</time>", b"</time>")).start == only(a_gpx()).start


def test_the_time_zone_is_that_of_the_place() -> None:
    assert only(a_gpx()).timezone == "Europe/Zurich"


def test_at_sea_no_time_zone_is_known() -> None:
    assert only(a_gpx([replace(p, lat=p.lat, lon=-40.0) for p in a_way(lat=30)])).timezone is None


def test_what_is_travelled_while_paused_does_not_count() -> None:
    before, after = a_way(seconds=300), later(a_way(seconds=300, lat=47.01), 400)
    assert only(a_gpx([*before, PAUSE, *after])).distance_m == pytest.approx(1800, rel=0.01)


def test_speeds_of_the_device_are_read_where_most_points_have_one() -> None:
    way = [replace(point, speed=3.5) for point in a_way(mps=3)]
    assert only(a_gpx(way)).max_speed_mps == pytest.approx(3.5)


def test_two_tracks_of_one_morning_are_one_activity() -> None:
    activity = only(a_gpx(a_way(), later(a_way(), 1_000)))
    assert activity.moving_time_s == pytest.approx(1_200, rel=0.01)


def test_tracks_of_different_days_are_several_activities() -> None:
    first, second = read_activities(a_gpx(a_way(), later(a_way(), 86_400)))
    assert (second.start - first.start).days == 1


def test_further_activities_of_a_file_are_numbered() -> None:
    first, second = read_activities(a_gpx(a_way(), later(a_way(), 86_400)))
    assert second.id == f"{first.id}-2"


def test_tracks_at_the_same_time_are_several_activities() -> None:
    assert len(list(read_activities(a_gpx(a_way(), a_way(lat=48))))) == 2


def test_a_track_without_times_is_passed_over() -> None:
    planned = a_gpx().partition(b"<trk>")[2].partition(b"</gpx>")[0].replace(b"time", b"when")
    assert len(list(read_activities(a_gpx().replace(b"<trk>", b"<trk>" + planned + b"<trk>")))) == 1


def test_a_planned_route_is_no_activity() -> None:
    with pytest.raises(FileHasNoActivity, match=r"morning\.gpx has points without times"):
        only(a_gpx().replace(b"time", b"when"))


def test_waypoints_are_no_activity() -> None:
    with pytest.raises(FileHasNoActivity, match="has no track in it"):
        only(b"<gpx><wpt lat='1' lon='2'><name>Hut</name></wpt></gpx>")


def test_points_outside_a_track_are_no_activity() -> None:
    with pytest.raises(FileHasNoActivity):
        only(b"<gpx><trkpt lat='1' lon='2'><time>2026-01-01T00:00:00Z</time></trkpt></gpx>")


def test_a_single_point_is_no_activity() -> None:
    with pytest.raises(FileHasNoActivity, match="has a start, and nothing after it"):
        only(a_gpx(a_way(seconds=0)))


def test_points_in_disorder_are_put_in_the_order_of_their_times() -> None:
    way = a_way()
    assert only(a_gpx([*way[300:], *way[:300]])).distance_m == pytest.approx(1800, rel=0.01)


def test_a_point_of_another_year_does_not_lengthen_the_activity() -> None:
    assert only(a_gpx([*a_way(), Point(9e7, 47.0)])).elapsed_time_s == 600


def test_a_point_with_no_time_is_passed_over() -> None:
    data = a_gpx().replace(b"T09:54:50Z", b"T99:99:99Z")
    assert only(data).sources["distance_m"] == "sum of 600 track points"


def test_utf_16_is_read() -> None:
    text = a_gpx().decode().replace("UTF-8", "UTF-16")
    assert only(text.encode("utf-16")).name == "Morning Run"


def test_elements_with_a_prefix_are_read() -> None:
    data = a_gpx().replace(b"xmlns=", b"xmlns:g=").replace(b"<", b"<g:").replace(b"<g:/", b"</g:")
    assert only(data.replace(b"<g:?", b"<?")).sport_type == "Run"
