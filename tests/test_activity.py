import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import an_activity
from stridetale.activity import Activity, Weather


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "field",
    ["distance_m", "moving_time_s", "elapsed_time_s", "elevation_gain_m", "max_speed_mps"],
)
def test_what_is_no_number_cannot_come_in(field: str, wrong: float) -> None:
    fields: dict[str, Any] = {field: wrong}
    with pytest.raises(ValidationError, match="finite"):
        an_activity(**fields)


def test_an_altitude_that_is_no_number_cannot_come_in() -> None:
    with pytest.raises(ValidationError, match="finite"):
        an_activity(elevation_profile_m=(1.0, math.nan))


def test_weather_that_is_no_number_cannot_come_in() -> None:
    with pytest.raises(ValidationError, match="finite"):
        Weather(temperature_c=math.nan)


def test_a_whole_number_becomes_a_float() -> None:
    assert isinstance(an_activity(distance_m=42_000).distance_m, float)


@pytest.mark.parametrize("wrong", ["", "a b", "a/b", "../x", "é", "1\n", "a" * 41])
def test_an_id_is_safe_in_an_address(wrong: str) -> None:
    with pytest.raises(ValidationError, match="pattern"):
        an_activity(id=wrong)


def test_a_start_knows_its_zone() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        an_activity(start=datetime(2026, 5, 4))  # noqa: DTZ001 (that is what is refused)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra"):
        an_activity(heart="beating")


def test_an_activity_is_never_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        an_activity().name = "Another"  # type: ignore[misc]  # that is what is refused


def test_an_activity_knows_its_sport() -> None:
    assert an_activity(sport_type="trail run").sport.family == "run"


@pytest.mark.parametrize(
    ("known", "clock"),
    [
        ({"timezone": "Europe/Paris"}, "09:30"),
        ({"timezone": None, "utc_offset_s": -12_600}, "04:00"),
        ({"timezone": "Mars/Olympus", "utc_offset_s": 3_600}, "08:30"),
        ({"timezone": "Europe/Paris", "utc_offset_s": 0}, "09:30"),
    ],
)
def test_the_start_is_what_a_clock_there_showed(known: dict[str, Any], clock: str) -> None:
    start = an_activity(at="07:30", **known).start_local
    assert start is not None
    assert f"{start:%H:%M}" == clock


@pytest.mark.parametrize(
    "zone", ["", "Europe", "../etc/passwd", "/etc/passwd", "a\0b", "x" * 5_000, "Mars/Olympus"]
)
def test_a_zone_that_is_none_leaves_the_clock_unknown(zone: str) -> None:
    assert an_activity(timezone=zone).start_local is None


@pytest.mark.parametrize("offset_s", [None, 86_400, -86_400, 10**12])
def test_an_offset_of_a_day_is_none(offset_s: int | None) -> None:
    assert an_activity(timezone=None, utc_offset_s=offset_s).start_local is None


@pytest.mark.parametrize(
    ("start", "zone"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), "America/New_York"),
        (datetime(9999, 12, 31, 23, tzinfo=UTC), "Asia/Tokyo"),
    ],
)
def test_a_start_at_an_end_of_the_calendar_has_no_clock(start: datetime, zone: str) -> None:
    assert an_activity(start=start, timezone=zone).start_local is None


def test_a_clock_that_is_set_forward_on_the_way_shows_it() -> None:
    night = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30 in Paris, where 02:00 becomes 03:00
    later = an_activity(start=night, timezone="Europe/Paris").local_after(7_200)
    assert later is not None
    assert (later.hour, later.minute, later.utcoffset()) == (4, 30, timedelta(hours=2))


names = st.none() | st.text(max_size=50)
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@given(name=names, gear=names, number=numbers, offset_s=st.none() | st.integers())
def test_an_activity_comes_back_from_json_as_it_was(
    name: str | None, gear: str | None, number: float | None, offset_s: int | None
) -> None:
    activity = an_activity(
        name=name,
        gear=gear,
        distance_m=number,
        timezone=None,
        utc_offset_s=offset_s,
        weather=Weather(condition="Rain", temperature_c=number),
        elevation_profile_m=None if number is None else (number, 0.0),
        sources={"distance_m": "session.total_distance"},
    )
    assert Activity.model_validate_json(activity.model_dump_json()) == activity
