from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridetale.activity import Activity
from stridetale.strava.answers import activities_of, activity_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def an_answer(**changes: object) -> dict[str, Any]:
    return {
        "id": 12_345_678_901, "name": "Morning Ride", "sport_type": "GravelRide", "type": "Ride",
        "start_date": "2026-05-05T05:30:00Z", "start_date_local": "2026-05-05T07:30:00Z",
        "timezone": "(GMT+01:00) Europe/Paris", "utc_offset": 7200.0, "distance": 42_345.6,
        "moving_time": 7_380, "elapsed_time": 8_000, "total_elevation_gain": 354.0,
        "max_speed": 18.6, "average_speed": 5.7, "trainer": False,
        "map": {"id": "a1", "summary_polyline": "_p~iF~ps|U"}, **changes,
    }  # fmt: skip


def read(**changes: object) -> Activity:
    activity = activity_of(an_answer(**changes), now=NOW)
    assert activity is not None
    return activity


def test_an_activity_has_stravas_own_number() -> None:
    assert read().id == "12345678901"


def test_values_are_stravas() -> None:
    found = read()
    assert (found.distance_m, found.moving_time_s, found.elevation_gain_m) == (42_345.6, 7_380, 354)


def test_a_receipt_names_stravas_field() -> None:
    assert read().sources["elevation_gain_m"] == "Strava: total_elevation_gain"


def test_the_start_is_the_moment_and_not_the_local_time_with_a_false_z() -> None:
    assert read().start == datetime(2026, 5, 5, 5, 30, tzinfo=UTC)


def test_the_zone_is_the_name_behind_the_offset() -> None:
    assert read().timezone == "Europe/Paris"


def test_an_unknown_zone_leaves_the_offset() -> None:
    found = read(timezone="(GMT+01:00) Atlantis/Capital")
    assert (found.timezone, found.utc_offset_s) == (None, 7_200)


def test_an_unknown_sport_keeps_its_name() -> None:
    assert read(sport_type="Quidditch").sport_type == "Quidditch"


def test_without_a_sport_type_the_older_type_serves() -> None:
    assert read(sport_type=None).sport_type == "Ride"


@pytest.mark.parametrize("value", [0, -1, None, "far", float("nan"), float("inf"), True, 10**400])
def test_a_value_that_cannot_be_is_not_known(value: object) -> None:
    found = read(distance=value)
    assert found.distance_m is None
    assert "distance_m" not in found.sources


def test_the_full_route_goes_before_the_coarse_one() -> None:
    assert read(map={"polyline": "full", "summary_polyline": "coarse"}).polyline == "full"


def test_a_swim_with_a_route_is_in_no_pool() -> None:
    assert read(sport_type="Swim").pool is False


def test_of_a_swim_without_a_route_nobody_knows_whether_it_was_in_a_pool() -> None:
    assert read(sport_type="Swim", map=None).pool is None


@pytest.mark.parametrize("value", [None, {}, {"summary_polyline": ""}, "none", []])
def test_a_recording_without_a_map_has_no_route(value: object) -> None:
    assert read(map=value).polyline is None


def test_a_name_of_one_surrogate_is_readable() -> None:
    assert read(name="\ud83d ride").name == "? ride"


def test_a_long_description_is_cut() -> None:
    assert len(read(description="a" * 10_000).description or "") == 4_000


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None}, {"id": "12"}, {"id": -1}, {"id": True}, {"id": 10**60},
        {"sport_type": "", "type": None}, {"start_date": None}, {"start_date": "yesterday"},
        {"start_date": "2026-05-05T05:30:00"}, {"start_date": "2126-05-05T05:30:00Z"},
        {"start_date": "0001-01-01T00:00:00+23:00"},
    ],
)  # fmt: skip
def test_what_cannot_be_an_activity_is_none(changes: dict[str, object]) -> None:
    assert activity_of(an_answer(**changes), now=NOW) is None


def test_one_odd_activity_does_not_fail_a_page() -> None:
    page = [an_answer(id=1), "odd", {"id": 2}, None, an_answer(id=3, map=7, gear="x", name=1)]
    assert [activity.id for activity in activities_of(page, now=NOW)] == ["1", "3"]


@pytest.mark.parametrize("page", [None, {}, "text", {"message": "Fault"}])
def test_what_is_no_page_has_no_activities(page: object) -> None:
    assert activities_of(page) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(an_answer())), JSON, max_size=6))
def test_nothing_in_an_answer_makes_reading_fail(changes: dict[str, object]) -> None:
    found = activity_of(an_answer(**changes), now=NOW)
    assert found is None or found.id
