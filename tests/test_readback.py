import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridetale.activity import Weather
from stridetale.draft import SLOT, Draft, say_body, say_title
from stridetale.facts import Facts
from stridetale.grounding import contradictions, read_back
from stridetale.saying import Style
from told import GOOD, RUN, the_facts

WINDY = Weather(condition="Clear", temperature_c=-4.6, wind_speed_mps=5.7)
"""The wind blows at 21 km/h, near the average speed of the ride, 20.7 km/h."""


def back(text: str, facts: Facts | None = None) -> str:
    facts = facts or the_facts(weather=WINDY)
    return read_back(Draft(title="Home", body=text), facts).body


@pytest.mark.parametrize(
    ("written", "slot"),
    [
        ("42.3 km", "{distance}"),
        ("42.3km", "{distance}"),
        ("42.3 kilometres", "{distance}"),
        ("42.3 Kilometers", "{distance}"),
        ("42 km", "{distance}"),
        ("42,345 m", "{distance}"),
        ("26.3 miles", "{distance}"),
        ("forty-two kilometres", "{distance}"),
        ("forty-two thousand three hundred and forty-five metres", "{distance}"),
        ("2h03", "{moving_time}"),
        ("2h 3m", "{moving_time}"),
        ("2 h 3 min", "{moving_time}"),
        ("2 hours 3 minutes", "{moving_time}"),
        ("2 hours and 3 minutes", "{moving_time}"),
        ("two hours and three minutes", "{moving_time}"),
        ("2:03:00", "{moving_time}"),
        ("2:03 hours", "{moving_time}"),
        ("123 minutes", "{moving_time}"),
        ("2.05 hours", "{moving_time}"),
        ("354 m", "{elevation_gain}"),
        ("354 m of climbing", "{elevation_gain} of climbing"),
        ("1,161 feet", "{elevation_gain}"),
        ("67 km/h", "{max_speed}"),
        ("67 kph", "{max_speed}"),
        ("67 kilometres per hour", "{max_speed}"),
        ("41.6 mph", "{max_speed}"),
        ("20.7 km/h", "{average_speed}"),
        ("-5°C", "{temperature}"),
        ("minus five degrees", "{temperature}"),
        ("24 degrees Fahrenheit", "{temperature}"),
        ("on a Tuesday", "on a {day}"),
        ("{distance}, or 42.3 km", "{distance}, or {distance}"),
    ],
)
def test_a_number_that_is_one_fact_becomes_its_slot(written: str, slot: str) -> None:
    assert back(f"It was {written} in all.") == f"It was {slot} in all."


@pytest.mark.parametrize(
    "written",
    ["5:25/km", "5:25 per km", "5:25 min/km", "5'25\"/km", "8:43 per mile", "5:25 a kilometre"],
)
def test_a_pace_becomes_its_slot(written: str) -> None:
    assert back(f"It was {written}, steady.", the_facts(**RUN)) == "It was {average_pace}, steady."


def test_a_time_to_the_second_becomes_its_slot() -> None:
    facts = the_facts(**RUN)
    assert back("1 h 6 min 40 s, and 66 minutes 40 seconds.", facts) == (
        "{moving_time}, and {moving_time}."
    )


@pytest.mark.parametrize(
    "written",
    [
        "41 km", "42.2 km", "2 hours", "2h04", "1:02:03", "355 m", "68 km/h", "5°C", "a Sunday",
        "42.3-kilometre", "42.3 kg", "42", "2:03", "A42.3 km", "1.42.3 km",
    ],
)  # fmt: skip
def test_a_number_that_is_no_fact_stays(written: str) -> None:
    assert back(f"It was {written} of it.") == f"It was {written} of it."


@pytest.mark.parametrize(
    ("written", "slot"),
    [
        ("an average of 21 km/h", "an average of {average_speed}"),
        ("a breeze of 21 km/h", "a breeze of {wind_speed}"),
    ],
)
def test_the_words_around_it_decide_where_a_number_could_be_two_facts(
    written: str, slot: str
) -> None:
    assert back(f"It was {written}.") == f"It was {slot}."


def test_a_number_that_could_be_two_facts_stays_where_no_words_decide() -> None:
    assert back("It was 21 km/h.") == "It was 21 km/h."


def test_of_two_facts_that_fit_the_one_said_just_so_is_meant() -> None:
    facts = the_facts(max_speed_mps=20.98 / 3.6)
    assert back("On average it was quick: 21 km/h.", facts) == (
        "On average it was quick: {max_speed}."
    )


def test_a_text_too_long_for_a_draft_is_not_read() -> None:
    text = "42.3 km, " * 1_000 + "and home."
    assert back(text) == text


def test_nothing_is_read_back_where_nothing_is_known() -> None:
    facts = the_facts(
        timezone=None,
        distance_m=None,
        moving_time_s=None,
        elevation_gain_m=None,
        max_speed_mps=None,
    )
    assert back("It was 42 km.", facts) == "It was 42 km."


NUMERIC = {"distance", "moving_time", "elevation_gain", "max_speed", "average_speed"} | {
    "average_pace", "temperature", "wind_speed", "day",
}  # fmt: skip


@given(
    story=st.sampled_from(GOOD),
    style=st.sampled_from([Style(), Style("en_US", "imperial"), Style("en_US")]),
    distance=st.floats(0.9, 1.1),
    time=st.floats(0.95, 1.05),
)
def test_what_is_said_reads_back_as_the_slots_that_said_it(
    story: tuple[dict[str, Any], Draft], style: Style, distance: float, time: float
) -> None:
    fields, draft = story
    changed = {
        key: value * (distance if key == "distance_m" else time)
        for key, value in fields.items()
        if key in {"distance_m", "moving_time_s"} and value is not None
    }
    facts = the_facts(style=style, **fields | changed | {"elapsed_time_s": None})
    said = Draft(title=say_title(draft, facts), body=say_body(draft, facts))
    slots = [slot for slot in draft.slots if slot in NUMERIC]
    assert [slot for slot in read_back(said, facts).slots if slot in NUMERIC] == slots


@given(st.text(max_size=200) | st.from_regex(r"[0-9:,. kmh/°CF'a-z-]{0,60}", fullmatch=True))
def test_any_text_can_be_read_back_and_judged(text: str) -> None:
    facts = the_facts(weather=WINDY)
    draft = read_back(Draft(title=text[:30], body=text), facts)
    assert contradictions(draft, facts)


@given(number=st.decimals(0, 100_000, places=1), unit=st.sampled_from(["km", "m", "km/h", "mph"]))
def test_what_is_read_back_was_the_fact_at_its_precision(number: object, unit: str) -> None:
    facts = the_facts()
    [*slots] = SLOT.findall(back(f"It was {number} {unit}.", facts))
    own = {"km": 1_000.0, "m": 1.0, "km/h": 1 / 3.6, "mph": 1.609344 / 3.6}[unit]
    for slot in slots:
        fact = facts.get(slot)
        assert fact is not None
        assert isinstance(fact.value, float)
        assert abs(fact.value / own - float(str(number))) <= 0.5


def test_a_text_made_to_be_slow_is_read_back_at_once() -> None:
    began = time.process_time()
    for text in ("one " * 480, "2 h and " * 240, "1,111" * 390, "2h" + " " * 1_900):
        back(text)
    assert time.process_time() - began < 2
