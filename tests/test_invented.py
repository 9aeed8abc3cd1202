import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import polyline
import pytest

from stridetale.activity import Activity
from stridetale.facts import facts_of
from stridetale.invented import UNTIL, YEARS, demo_activities, invented_activities
from stridetale.sports import known_sport_types

MANY = tuple(invented_activities(2_000, seed=7))
WINTER = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
SUMMER = datetime(2026, 7, 20, 9, 30, tzinfo=UTC)
METRES_PER_DEGREE = 111_195.0


def length_m(encoded: str) -> float:
    points = polyline.decode(encoded)
    return sum(math.dist(a, b) for a, b in pairwise(points)) * METRES_PER_DEGREE


def climb_m(profile: tuple[float, ...]) -> float:
    return sum(max(0.0, b - a) for a, b in pairwise(profile))


def end_of(activity: Activity) -> datetime:
    seconds = activity.elapsed_time_s or activity.moving_time_s or 0
    return activity.start + timedelta(seconds=seconds)


def test_the_same_seed_invents_the_same_activities() -> None:
    assert list(invented_activities(80, seed=7)) == list(MANY[:80])


def test_another_seed_invents_other_activities() -> None:
    others = list(invented_activities(80, seed=8))
    assert [one.start for one in others] != [one.start for one in MANY[:80]]


def test_ids_are_unique() -> None:
    assert len({one.id for one in MANY}) == len(MANY)


def test_every_sport_is_there_and_some_that_nobody_knows() -> None:
    sports = {one.sport.sport_type for one in MANY[:61]}
    assert sports > set(known_sport_types())


def test_about_two_thirds_are_what_they_are_without_oddities() -> None:
    even = [one for one in MANY if not facts_of(one).omitted and one.start_local is not None]
    assert len(even) > len(MANY) * 0.6


def test_they_go_back_over_the_years_and_start_before_the_end() -> None:
    starts = [one.start for one in MANY]
    assert max(starts) < UNTIL
    assert min(starts) < UNTIL - timedelta(days=365 * (YEARS - 1))


def test_another_end_moves_them() -> None:
    until = UNTIL - timedelta(days=3_000)
    assert all(one.start < until for one in invented_activities(122, seed=7, until=until))


@pytest.mark.parametrize(
    "field",
    ["timezone", "distance_m", "moving_time_s", "elapsed_time_s", "elevation_gain_m",
     "max_speed_mps", "name", "gear", "weather", "polyline", "description"],
)  # fmt: skip
def test_each_field_is_missing_sometimes_and_there_sometimes(field: str) -> None:
    there = sum(getattr(one, field) is not None for one in MANY)
    assert 0 < there < len(MANY)


@pytest.mark.parametrize(
    ("oddity", "shown"),
    [
        ("a pool swim", lambda one: one.pool and one.sport_type == "Swim"),
        ("a trainer", lambda one: one.trainer),
        ("only an offset", lambda one: one.utc_offset_s is not None),
        ("no local time", lambda one: one.start_local is None),
        ("a glitch of the GPS", lambda one: (one.max_speed_mps or 0) > 50),
        ("no climb at all", lambda one: one.elevation_gain_m == 0),
        ("an impossible climb", lambda one: (one.elevation_gain_m or 0) < 0),
        ("a few metres", lambda one: 0 < (one.distance_m or 0) < 100),
        ("days on end", lambda one: (one.elapsed_time_s or 0) > 86_400),
        ("a name that is none", lambda one: one.name is not None and not one.name.strip()),
        ("a name with an emoji", lambda one: "🔥" in (one.name or "")),
        ("a name with a slot", lambda one: "{distance}" in (one.name or "")),
        ("a very long name", lambda one: len(one.name or "") == 200),
        ("frost", lambda one: one.weather is not None and (one.weather.temperature_c or 0) < 0),
        ("a time without a distance", lambda one: one.moving_time_s and one.distance_m is None),
        ("a sport in small letters", lambda one: one.sport_type != one.sport.sport_type),
    ],
)
def test_the_oddities_of_real_recordings_are_there(oddity: str, shown: object) -> None:
    assert callable(shown)
    assert any(map(shown, MANY)), oddity


def test_some_go_on_over_midnight() -> None:
    nights = [
        one
        for one in MANY
        if one.start_local is not None
        and one.start_local.hour >= 22
        and (one.start_local + (end_of(one) - one.start)).hour < 6
    ]
    assert nights


def test_they_are_in_many_zones() -> None:
    assert len({one.timezone for one in MANY}) > 10


def test_they_are_marked_as_invented() -> None:
    assert {one.source.kind for one in (*MANY[:50], *demo_activities(until=SUMMER))} == {"invented"}


@pytest.mark.parametrize("until", [WINTER, SUMMER])
def test_the_diary_has_twelve_activities_newest_first(until: datetime) -> None:
    starts = [one.start for one in demo_activities(until=until)]
    assert len(starts) == 12
    assert starts == sorted(starts, reverse=True)


@pytest.mark.parametrize("until", [WINTER, SUMMER])
def test_everything_in_the_diary_is_over(until: datetime) -> None:
    assert all(end_of(one) < until for one in demo_activities(until=until))


def test_the_diary_is_recent() -> None:
    assert all(one.start > SUMMER - timedelta(days=31) for one in demo_activities(until=SUMMER))


def test_everything_in_the_diary_is_plausible() -> None:
    assert [facts_of(one).omitted for one in demo_activities(until=WINTER)] == [()] * 12


def test_the_diary_is_of_many_sports() -> None:
    sports = Counter(one.sport_type for one in demo_activities(until=WINTER))
    assert len(sports) >= 10


def test_there_is_snow_only_in_winter() -> None:
    def sports(until: datetime) -> set[str]:
        return {one.sport_type for one in demo_activities(until=until)}

    assert "NordicSki" in sports(WINTER)
    assert "NordicSki" not in sports(SUMMER)


def test_a_route_in_the_diary_is_as_long_as_the_distance() -> None:
    for one in demo_activities(until=SUMMER):
        if one.polyline is not None:
            assert length_m(one.polyline) == pytest.approx(one.distance_m, rel=0.01)


def test_a_profile_in_the_diary_climbs_as_much_as_the_activity() -> None:
    for one in demo_activities(until=SUMMER):
        if one.elevation_profile_m is not None:
            assert climb_m(one.elevation_profile_m) == pytest.approx(
                one.elevation_gain_m or 0, abs=1.5
            )


def test_a_profile_fits_what_an_activity_may_have() -> None:
    profiles = [one.elevation_profile_m for one in MANY if one.elevation_profile_m is not None]
    assert profiles
    assert max(map(len, profiles)) <= 200


def test_no_route_is_where_anybody_lives() -> None:
    for one in (*MANY, *demo_activities(until=SUMMER)):
        for north, east in polyline.decode(one.polyline or ""):
            assert abs(north) < 3
            assert abs(east) < 3
