import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stridetale import saying
from stridetale.saying import Style, Units

METRIC = Style()
AMERICAN = Style(locale="en_US")
IMPERIAL = Style(units="imperial")

METRES = {"metre": 1.0, "kilometre": 1_000.0, "foot": 0.3048, "yard": 0.9144, "mile": 1_609.344}
METRES |= {"metres": 1.0, "kilometres": 1_000.0, "feet": 0.3048, "yards": 0.9144, "miles": 1609.344}
METRES_PER_SECOND = {"km/h": 1 / 3.6, "mph": 1_609.344 / 3_600}
SECONDS = {"second": 1, "minute": 60, "hour": 3_600}


def heard(said: str) -> tuple[float, str]:
    """The number of "42.3 kilometres" and its unit."""
    found = re.fullmatch(r"(-?[\d,]+(?:\.\d)?) ?(\D+)", said)
    assert found is not None, said
    return float(found[1].replace(",", "")), found[2].replace("meter", "metre")


def last_digit_m(unit: str) -> float:
    """Kilometres and miles are said to a tenth, shorter units to one."""
    return METRES[unit] if METRES[unit] < 2 else METRES[unit] / 10


def heard_seconds(said: str) -> int:
    parts = re.findall(r"([\d,]+) (second|minute|hour)s?", said)
    return sum(int(number.replace(",", "")) * SECONDS[unit] for number, unit in parts)


def heard_pace(said: str) -> int:
    minutes, seconds = said.partition(" per ")[0].split(":")
    assert int(seconds) < 60
    return int(minutes) * 60 + int(seconds)


styles = st.builds(
    Style, locale=st.sampled_from(["en_GB", "en_US"]), units=st.sampled_from(["metric", "imperial"])
)
all_units = pytest.mark.parametrize("units", ["metric", "imperial"])


# --- distance and height ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, "0 metres"),
        (1, "1 metre"),
        (999.4, "999 metres"),
        (999.5, "1 kilometre"),
        (1_049, "1 kilometre"),
        (1_050, "1.1 kilometres"),
        (42_345, "42.3 kilometres"),
        (99_949, "99.9 kilometres"),
        (99_950, "100 kilometres"),
        (1_234_567, "1,234.6 kilometres"),
    ],
)
def test_a_distance_is_rounded_as_people_round(metres: float, said: str) -> None:
    assert saying.distance(metres, METRIC) == said


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0.9144, "1 yard"),
        (850, "930 yards"),
        (913.9, "999 yards"),
        (914.4, "0.6 miles"),
        (1_609.344, "1 mile"),
        (42_195, "26.2 miles"),
    ],
)
def test_a_distance_is_said_in_yards_and_miles(metres: float, said: str) -> None:
    assert saying.distance(metres, IMPERIAL) == said


@pytest.mark.parametrize(
    ("metres", "style", "said"),
    [
        (1_500, METRIC, "1,500 metres"),
        (4_999.4, METRIC, "4,999 metres"),
        (4_999.5, METRIC, "5 kilometres"),
        (1_500, IMPERIAL, "1,640 yards"),
        (4_572, IMPERIAL, "2.8 miles"),
    ],
)
def test_a_fine_distance_stays_in_small_units_up_to_five_thousand(
    metres: float, style: Style, said: str
) -> None:
    assert saying.distance(metres, style, fine=True) == said


def test_an_american_writes_meters() -> None:
    assert saying.distance(42_345, AMERICAN) == "42.3 kilometers"


@pytest.mark.parametrize(
    ("metres", "style", "said"),
    [
        (1, METRIC, "1 metre"),
        (354, METRIC, "354 metres"),
        (-0.2, METRIC, "0 metres"),
        (-5, METRIC, "-5 metres"),
        (0.3048, IMPERIAL, "1 foot"),
        (354, IMPERIAL, "1,161 feet"),
    ],
)
def test_a_height_is_whole(metres: float, style: Style, said: str) -> None:
    assert saying.height(metres, style) == said


@given(metres=st.floats(0, 5e6), style=styles, fine=st.booleans())
@example(metres=999.5, style=METRIC, fine=False)
@example(metres=914.4, style=IMPERIAL, fine=False)
def test_a_said_distance_is_within_half_its_last_digit(
    *, metres: float, style: Style, fine: bool
) -> None:
    number, unit = heard(saying.distance(metres, style, fine=fine))
    assert abs(number * METRES[unit] - metres) <= last_digit_m(unit) / 2 * (1 + 1e-9)


@given(metres=st.floats(0, 1e5), style=styles)
def test_a_said_height_is_within_half_its_last_digit(metres: float, style: Style) -> None:
    number, unit = heard(saying.height(metres, style))
    assert abs(number * METRES[unit] - metres) <= METRES[unit] / 2 * (1 + 1e-9)


@given(metres=st.floats(0, 5e6))
def test_metric_and_imperial_say_the_same_distance(metres: float) -> None:
    number, unit = heard(saying.distance(metres, METRIC))
    other, other_unit = heard(saying.distance(metres, IMPERIAL))
    apart = abs(number * METRES[unit] - other * METRES[other_unit])
    assert apart <= (last_digit_m(unit) + last_digit_m(other_unit)) / 2 * (1 + 1e-9)


@given(metres=st.floats(0, 1e6), style=styles)
def test_one_is_singular_and_everything_else_plural(metres: float, style: Style) -> None:
    number, unit = heard(saying.distance(metres, style))
    assert (number == 1) == (not unit.endswith("s"))


# --- time ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "1 second"),
        (59.4, "59 seconds"),
        (59.5, "1 minute"),
        (89.9, "1 minute"),
        (90, "2 minutes"),
        (3_569.9, "59 minutes"),
        (3_570, "1 hour"),
        (3_580, "1 hour"),
        (3_660, "1 hour 1 minute"),
        (7_380, "2 hours 3 minutes"),
        (90_061, "25 hours 1 minute"),
    ],
)
def test_a_duration_is_said_to_the_minute(seconds: float, said: str) -> None:
    assert saying.duration(seconds, METRIC) == said


@given(seconds=st.floats(0, 2.6e6), style=styles)
def test_a_said_duration_is_within_half_its_last_unit(seconds: float, style: Style) -> None:
    said = saying.duration(seconds, style)
    half = 0.5 if "second" in said else 30
    assert abs(heard_seconds(said) - seconds) <= half * (1 + 1e-9)


# --- speed, pace, temperature ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("mps", "digits", "style", "said"),
    [
        (18.66, 1, METRIC, "67.2 km/h"),
        (18.66, 1, IMPERIAL, "41.7 mph"),
        (10 / 3.6, 1, METRIC, "10 km/h"),
        (5.2, 0, METRIC, "19 km/h"),
    ],
)
def test_a_speed_is_short(mps: float, digits: int, style: Style, said: str) -> None:
    assert saying.speed(mps, style, digits=digits) == said


@given(mps=st.floats(0, 60), style=styles, digits=st.sampled_from([0, 1]))
def test_a_said_speed_is_within_half_its_last_digit(mps: float, style: Style, digits: int) -> None:
    number, unit = heard(saying.speed(mps, style, digits=digits))
    unit_mps = METRES_PER_SECOND[unit]
    assert abs(number * unit_mps - mps) <= 0.1**digits * unit_mps / 2 * (1 + 1e-9)


@pytest.mark.parametrize(
    ("seconds_per_metre", "style", "said"),
    [
        (0.312, METRIC, "5:12 per kilometre"),
        (0.312, IMPERIAL, "8:22 per mile"),
        (0.312, AMERICAN, "5:12 per kilometer"),
        (0.2997, METRIC, "5:00 per kilometre"),
        (0.0594, METRIC, "0:59 per kilometre"),
        (4.0, METRIC, "66:40 per kilometre"),
    ],
)
def test_a_pace_is_minutes_and_seconds(seconds_per_metre: float, style: Style, said: str) -> None:
    assert saying.pace(seconds_per_metre, style) == said


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (METRIC, "1:58 per 100 metres"),
        (AMERICAN, "1:58 per 100 meters"),
        (IMPERIAL, "1:48 per 100 yards"),
    ],
)
def test_a_swimmers_pace_is_for_a_hundred(style: Style, said: str) -> None:
    assert saying.pace(1.18, style, swum=True) == said


@given(seconds_per_metre=st.floats(0.01, 4), swum=st.booleans(), style=styles)
def test_a_said_pace_is_within_half_a_second(
    *, seconds_per_metre: float, swum: bool, style: Style
) -> None:
    metres = {"metric": (1_000, 100), "imperial": (1_609.344, 91.44)}[style.units][swum]
    said = saying.pace(seconds_per_metre, style, swum=swum)
    assert abs(heard_pace(said) - seconds_per_metre * metres) <= 0.5 + 1e-6


@pytest.mark.parametrize(
    ("celsius", "style", "said"),
    [
        (14.4, METRIC, "14°C"),
        (-5, METRIC, "-5°C"),
        (-0.3, METRIC, "0°C"),
        (-0.0, METRIC, "0°C"),
        (-0.5, METRIC, "-1°C"),
        (14, IMPERIAL, "57°F"),
        (-17.8, IMPERIAL, "0°F"),
        (-40, IMPERIAL, "-40°F"),
    ],
)
def test_a_temperature_is_whole_and_never_minus_zero(
    celsius: float, style: Style, said: str
) -> None:
    assert saying.temperature(celsius, style) == said


@given(celsius=st.floats(-60, 60), style=styles)
def test_a_said_temperature_is_within_half_a_degree(celsius: float, style: Style) -> None:
    number, unit = heard(saying.temperature(celsius, style))
    there = celsius if unit == "°C" else celsius * 9 / 5 + 32
    assert abs(number - there) <= 0.5 + 1e-9


@given(
    value=st.floats(-1e9, 1e9),
    say=st.sampled_from([saying.height, saying.speed, saying.temperature]),
)
@all_units
def test_no_number_is_said_as_minus_zero(
    units: Units, value: float, say: Callable[[float, Style], str]
) -> None:
    assert not re.match(r"-0(?![.\d])", say(value, Style(units=units)))


# --- words -----------------------------------------------------------------------------------


def test_a_day_is_a_weekday() -> None:
    assert saying.day(datetime(2026, 5, 5, tzinfo=UTC), METRIC) == "Tuesday"


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (0, "night"), (4, "night"), (5, "morning"), (11, "morning"), (12, "afternoon"),
        (16, "afternoon"), (17, "evening"), (21, "evening"), (22, "night"), (23, "night"),
    ],
)  # fmt: skip
def test_a_part_of_the_day_begins_on_the_hour(hour: int, part: str) -> None:
    assert saying.part_of_day(datetime(2026, 5, 5, hour, tzinfo=UTC), METRIC) == part


def test_a_sport_on_a_machine_is_indoor() -> None:
    assert saying.indoor("ride", METRIC) == "indoor ride"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("e-bike ride", "E-Bike Ride"),
        ("round of golf", "Round of Golf"),
        ("67.2 km/h", "67.2 km/h"),
        ("41.7 mph", "41.7 mph"),
        ("5:12 per kilometre", "5:12 per Kilometre"),
        ("CrossFit session", "CrossFit Session"),
        ("Grandma's bike", "Grandma's Bike"),
        ("étape du jour", "Étape Du Jour"),
        ("14°C", "14°C"),
    ],
)
def test_a_headline_has_capitals_where_a_title_has_them(words: str, shown: str) -> None:
    assert saying.headline(words, METRIC) == shown


# --- rounding and locales --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "is_"),
    [(0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (-0.5, 0, "-1"), (1.005, 2, "1.01"), (7, 0, "7")],
)
def test_a_half_is_rounded_away_from_zero(value: float, digits: int, is_: str) -> None:
    assert saying.rounded(value, digits) == Decimal(is_)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("de_DE", ["42,3 Kilometer", "1.234 Meter", "2 Stunden 3 Minuten", "14 °C", "Dienstag"]),
        ("fr_FR", ["42,3 kilomètres", "1 234 mètres", "2 heures 3 minutes", "14 °C", "mardi"]),
    ],
)
def test_numbers_units_and_days_are_ready_for_other_languages(locale: str, said: list[str]) -> None:
    style = Style(locale=locale)
    words = [
        saying.distance(42_345, style),
        saying.height(1_234, style),
        saying.duration(7_380, style),
        saying.temperature(14, style),
        saying.day(datetime(2026, 5, 5, tzinfo=UTC), style),
    ]
    assert [" ".join(one.split()) for one in words] == said


def test_a_style_knows_its_language() -> None:
    assert Style(locale="en_US").language == "en"
