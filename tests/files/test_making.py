from dataclasses import replace

import pytest

from files.recordings import CYCLING, RUNNING, a_fit, a_gpx, a_record, a_session, a_way
from stridetale.activity import NAME_LENGTH, Activity
from stridetale.files import read_activities
from stridetale.files.making import tidy_text

WAY = a_way()


def a_run(**fields: float) -> Activity:
    [activity] = read_activities(a_fit(*map(a_record, WAY), a_session(**fields)), name="run.fit")
    return activity


def test_a_total_of_the_device_is_preferred_to_the_points() -> None:
    assert a_run(total_distance=1_790).sources["distance_m"] == "session.total_distance"


def test_a_distance_that_no_runner_covers_gives_way_to_the_points() -> None:
    assert a_run(total_distance=40_000_000).distance_m == pytest.approx(1_800)


def test_a_distance_of_nothing_gives_way_to_the_points() -> None:
    assert a_run(total_distance=0).distance_m == pytest.approx(1_800)


def test_a_moving_time_longer_than_the_whole_gives_way_to_the_points() -> None:
    activity = a_run(total_elapsed_time=600, total_timer_time=4_000_000)
    assert activity.moving_time_s == pytest.approx(600)


def test_a_climb_beyond_the_sky_gives_way_to_the_points() -> None:
    assert a_run(total_ascent=65_000).elevation_gain_m == 65_000
    assert a_run().elevation_gain_m == 0


def test_a_top_speed_of_the_device_that_its_points_bear_out_is_kept() -> None:
    assert a_run(max_speed=3.4).max_speed_mps == 3.4


def test_a_top_speed_of_the_device_that_its_points_contradict_is_a_glitch() -> None:
    assert a_run(max_speed=9.9).max_speed_mps == pytest.approx(3)


def test_a_top_speed_that_cannot_be_is_kept_for_the_facts_to_leave_out() -> None:
    still = [replace(point, lat=None, distance=None) for point in WAY]
    data = a_fit(
        *map(a_record, still),
        a_session(sport=CYCLING, total_distance=6_000, total_timer_time=600, max_speed=5),
    )
    [activity] = read_activities(data)
    assert activity.max_speed_mps == 5


def test_an_average_that_its_own_distance_and_time_contradict_is_left_out() -> None:
    fields = {"total_distance": 1_800, "total_timer_time": 600}
    assert a_run(**fields, avg_speed=3.0).average_speed_mps == 3.0
    assert a_run(**fields, avg_speed=10.8).average_speed_mps is None


def test_every_number_has_a_source() -> None:
    activity = a_run(total_distance=1_790, max_speed=3.2, avg_speed=3.0, total_ascent=4)
    numbers = {
        name
        for name, value in activity.model_dump().items()
        if name.endswith(("_m", "_s", "_mps")) and value is not None
    }
    assert numbers <= set(activity.sources)


def test_a_sum_of_points_says_how_many() -> None:
    [activity] = read_activities(a_gpx())
    assert activity.sources["distance_m"] == "sum of 601 track points"


def test_the_source_is_the_name_of_the_file_without_folders() -> None:
    [activity] = read_activities(a_gpx(), name="/home/me\\tracks/run.gpx")
    assert (activity.source.kind, activity.source.name) == ("file", "run.gpx")


def test_a_start_that_is_years_from_the_points_gives_way_to_theirs() -> None:
    assert a_run(start_time=400_000_000).sources["start"] == "time of the first track point"


def test_sitting_on_a_swim_climbs_nothing() -> None:
    hilly = [replace(point, ele=400 + point.second) for point in WAY]
    [activity] = read_activities(a_gpx(hilly, kind="swimming"))
    assert activity.elevation_gain_m is None


def test_a_session_alone_is_an_activity() -> None:
    [activity] = read_activities(a_fit(a_session(sport=RUNNING, total_timer_time=600)))
    assert (activity.moving_time_s, activity.distance_m) == (600, None)


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("Run\x00\x07 \u202eevil\u202c", "Run evil"),
        ("a\u200bb\ufeffc", "abc"),
        ("two\n lines", "two lines"),
        ("\u200b", None),
        ("", None),
        (None, None),
        ("x" * 1_000, "x" * NAME_LENGTH),
        ("🚴 Küste", "🚴 Küste"),
    ],
)
def test_text_is_freed_of_what_cannot_be_seen_and_cut(text: str | None, tidy: str | None) -> None:
    assert tidy_text(text, NAME_LENGTH) == tidy
