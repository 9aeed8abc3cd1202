import random
from array import array
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.recordings import METRES_PER_DEGREE, START, Point, a_way
from stridetale.files.climb import Climb, climb_of
from stridetale.files.route import MOST_POINTS, polyline_of, simplified
from stridetale.files.sums import Sums, sums_of
from stridetale.files.track import NAN, Track
from stridetale.sports import sport_of


def dice() -> random.Random:
    """A repeatable noise: the same in each test, whichever ran before."""
    return random.Random(7)  # noqa: S311 (no secret)


def a_track(way: list[Point], *, paused_before: tuple[float, ...] = ()) -> Track:
    track = Track()
    for point in way:
        track.add(
            START.timestamp() + point.second,
            (point.lat or 0.0, point.lon or 0.0),
            altitude_m=point.ele if point.ele is not None else NAN,
            distance_m=point.distance if point.distance is not None else NAN,
            speed_mps=point.speed if point.speed is not None else NAN,
            resumed=point.second in paused_before,
        )
    return track.tidied()


def gps(way: list[Point]) -> list[Point]:
    """Without the distance that the device counted: only positions are left."""
    return [replace(point, distance=None) for point in way]


def summed(way: list[Point], sport_type: str = "Run") -> Sums:
    return sums_of(a_track(way), sport_of(sport_type))


def moved(point: Point, *, north_m: float) -> Point:
    return replace(point, lat=(point.lat or 0) + north_m / METRES_PER_DEGREE)


def standing(*, start: float, seconds: int, wander_m: float = 0.0) -> list[Point]:
    rng = dice()
    return [
        moved(Point(start + second, 47.0), north_m=rng.gauss(0, wander_m))
        for second in range(seconds)
    ]


def test_standing_still_is_no_moving() -> None:
    way = gps(a_way(seconds=300))
    rest = [moved(point, north_m=900) for point in standing(start=301, seconds=600)]
    assert summed([*way, *rest]).moving_time_s == pytest.approx(300, abs=10)


def test_a_gps_that_wanders_while_nobody_moves_covers_no_distance() -> None:
    assert (summed(standing(start=0, seconds=3_600, wander_m=1.0)).distance_m or 0) < 50


def test_a_long_gap_without_way_is_a_stop() -> None:
    way = gps(a_way(seconds=300))
    after = [replace(p, second=p.second + 4_000) for p in way]
    later = [moved(p, north_m=900) for p in after]
    assert summed([*way, *later]).moving_time_s == pytest.approx(600, abs=10)


def test_a_spike_of_the_gps_is_no_distance() -> None:
    way = gps(a_way())
    way[300] = moved(way[300], north_m=2_000)
    assert summed(way).distance_m == pytest.approx(1_800, rel=0.01)


def test_a_spike_of_the_gps_is_no_top_speed() -> None:
    way = gps(a_way())
    way[300] = moved(way[300], north_m=20)
    assert summed(way).max_speed_mps == pytest.approx(3, abs=0.5)


def test_a_jump_that_stays_is_a_ride_on_a_train() -> None:
    way = gps(a_way())
    sent = [moved(point, north_m=50_000) for point in way[300:]]
    assert summed([*way[:300], *sent]).distance_m == pytest.approx(1_800, rel=0.02)


def test_a_frozen_position_that_catches_up_is_no_top_speed() -> None:
    way = gps(a_way(mps=8))
    frozen = [replace(point, lat=way[300].lat) for point in way[300:305]]
    top = summed([*way[:300], *frozen, *way[305:]], "Ride").max_speed_mps
    assert top == pytest.approx(8, abs=2)


def test_a_sprint_is_the_top_speed() -> None:
    way, here = [], 0.0
    for second in range(300):
        here += 14 if 100 <= second < 120 else 8
        way.append(moved(Point(second, 47.0), north_m=here))
    assert summed(way, "Ride").max_speed_mps == pytest.approx(14, abs=0.5)


def test_a_speed_that_no_runner_reaches_is_passed_over() -> None:
    way = [replace(p, distance=None, speed=28.6 if 100 < p.second < 110 else 3.0) for p in a_way()]
    top = summed(way).max_speed_mps
    assert top is not None
    assert top < 10.0


def test_a_recording_of_a_few_seconds_has_no_top_speed() -> None:
    assert summed(a_way(seconds=4)).max_speed_mps is None


def test_points_half_a_minute_apart_and_more_have_no_top_speed() -> None:
    assert summed(gps(a_way(every=60))).max_speed_mps is None


def test_a_pause_is_not_in_a_top_speed() -> None:
    way = [p if p.second < 300 else moved(p, north_m=200) for p in gps(a_way())]
    paused = sums_of(a_track(way, paused_before=(300.0,)), sport_of("Run"))
    assert paused.max_speed_mps == pytest.approx(3, abs=0.1)


def test_the_count_of_the_device_is_trusted_more_than_positions() -> None:
    assert not summed(a_way()).positioned


def test_a_count_that_begins_anew_with_each_lap_goes_on() -> None:
    way = [replace(p, distance=(p.distance or 0) % 900) for p in a_way()]
    assert summed(way).distance_m == pytest.approx(1_800, rel=0.01)


def test_a_count_that_never_rises_is_none() -> None:
    assert summed([replace(p, distance=0.0) for p in a_way()]).positioned


def test_without_positions_nothing_is_added_up() -> None:
    still = [Point(float(second), None, None) for second in range(10)]
    assert summed(still).distance_m is None


def test_an_empty_track_adds_up_to_nothing() -> None:
    assert summed([]).elapsed_time_s is None


def test_metres_along_never_fall() -> None:
    along = summed(gps(standing(start=0, seconds=500, wander_m=20))).along_m
    assert all(before <= after for before, after in pairwise(along))


@given(
    st.lists(
        st.tuples(
            st.floats(),
            st.floats(),
            st.floats(),
            st.floats(),
            st.floats(),
            st.floats(),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_no_points_at_all_can_break_the_sums(
    points: list[tuple[float, float, float, float, float, float, bool]],
) -> None:
    track = Track()
    for time_s, lat, lon, ele, metres, mps, resumed in points:
        track.add(
            time_s, (lat, lon), altitude_m=ele, distance_m=metres, speed_mps=mps, resumed=resumed
        )
    tidy = track.tidied()
    sums = sums_of(tidy, sport_of("Ride"))
    climb_of(tidy.time_s, sums.along_m, tidy.altitude_m)
    polyline_of(tidy)


# --- climb -----------------------------------------------------------------------------------


def climbed(altitudes: list[float], *, mps: float = 8.0) -> Climb:
    seconds = array("d", map(float, range(len(altitudes))))
    return climb_of(seconds, array("d", (second * mps for second in seconds)), altitudes)


def test_a_steady_climb_is_all_gained() -> None:
    assert climbed([100 + 0.2 * s for s in range(3_600)]).elevation_gain_m == pytest.approx(
        720, rel=0.01
    )


def test_what_is_lost_does_not_count() -> None:
    hill = [100 + 0.2 * min(s, 1_200 - s) for s in range(1_200)]
    assert climbed(hill).elevation_gain_m == pytest.approx(120, rel=0.02)


@pytest.mark.parametrize("wrong_by_m", [1, 3, 10])
def test_a_noisy_gps_climbs_no_mountain_on_a_flat_road(wrong_by_m: float) -> None:
    rng = dice()
    noisy = [100 + rng.gauss(0, wrong_by_m) for _ in range(3_600)]
    assert (climbed(noisy).elevation_gain_m or 0) < 20


def test_a_noisy_gps_does_not_flatten_a_mountain() -> None:
    rng = dice()
    noisy = [100 + 0.2 * s + rng.gauss(0, 5) for s in range(3_600)]
    assert climbed(noisy).elevation_gain_m == pytest.approx(720, rel=0.05)


def test_a_spike_is_no_mountain() -> None:
    flat = [100.0] * 1_000
    flat[500] = 900.0
    assert climbed(flat).elevation_gain_m == 0


def test_rolling_hills_are_all_counted() -> None:
    hills = [100 + 0.1 * (s % 200 if s % 400 < 200 else 200 - s % 200) for s in range(4_000)]
    assert climbed(hills).elevation_gain_m == pytest.approx(10 * 20, rel=0.1)


def test_without_altitudes_nothing_is_climbed() -> None:
    assert climbed([NAN] * 100) == Climb()


def test_on_the_spot_nothing_is_climbed() -> None:
    assert climbed([100.0, 200.0, 300.0], mps=0) == Climb()


def test_the_profile_has_at_most_200_altitudes() -> None:
    assert len(climbed([100 + 0.2 * s for s in range(3_600)]).profile_m or ()) == 200


def test_the_profile_begins_and_ends_as_the_way_does() -> None:
    profile = climbed([100 + 0.2 * s for s in range(3_600)]).profile_m
    assert profile is not None
    assert profile[0] == pytest.approx(100, abs=1)
    assert profile[-1] == pytest.approx(820, abs=1)


def test_a_short_way_has_a_short_profile() -> None:
    assert len(climbed([100.0] * 20, mps=3).profile_m or ()) == 6


def test_altitudes_are_drawn_as_a_line_where_some_are_missing() -> None:
    holed = [100 + 0.2 * s if s % 100 < 10 else NAN for s in range(3_600)]
    assert climbed(holed).elevation_gain_m == pytest.approx(702, rel=0.02)


# --- route -----------------------------------------------------------------------------------


def test_a_straight_way_is_drawn_with_two_points() -> None:
    assert len(simplified([(47 + i / 1_000, 8.0) for i in range(100)], MOST_POINTS)) == 2


def test_a_corner_is_kept() -> None:
    corner = (48.0, 8.0)
    assert corner in simplified([(47.0, 8.0), (47.5, 8.0), corner, (48.0, 8.5), (48.0, 9.0)], 500)


def test_a_wild_way_is_drawn_with_500_points() -> None:
    rng = dice()
    wild = [(47 + rng.random(), 8 + rng.random()) for _ in range(2_000)]
    assert len(simplified(wild, MOST_POINTS)) == 500


def test_a_round_way_ends_where_it_began() -> None:
    ring = [(47.0, 8.0), (47.1, 8.0), (47.1, 8.1), (47.0, 8.1), (47.0, 8.0)]
    assert simplified(ring, 500) == ring


def test_a_long_way_ends_where_it_ended() -> None:
    track = a_track(a_way(seconds=9_001))
    assert polyline_of(track) == polyline_of(a_track([a_way()[0], a_way(seconds=9_001)[-1]]))


def test_one_place_is_no_route() -> None:
    assert polyline_of(a_track([Point(0, 47.0), Point(1, 47.0)])) is None
