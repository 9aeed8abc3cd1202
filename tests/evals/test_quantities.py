import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridetale.evals.quantities import Quantity, number, quantities


def only(text: str) -> Quantity:
    [one] = quantities(text)
    return one


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("42.3 kilometres", "length", 42_300.0),
        ("42.3-kilometre", "length", 42_300.0),
        ("1,161 feet", "length", 353.8728),
        ("26.3 miles", "length", 42_325.7472),
        ("930 yards", "length", 850.392),
        ("10 km", "length", 10_000.0),
        ("five kilometers", "length", 5_000.0),
        ("two hundred and fifty metres", "length", 250.0),
        ("2 hours 3 minutes", "time", 7_380.0),
        ("2 hours and 3 minutes", "time", 7_380.0),
        ("1 hour, 2 minutes and 5 seconds", "time", 3_725.0),
        ("an hour", "time", 3_600.0),
        ("an hour and a half", "time", 5_400.0),
        ("half an hour", "time", 1_800.0),
        ("forty-one minutes", "time", 2_460.0),
        ("36 km/h", "speed", 10.0),
        ("36 kilometres per hour", "speed", 10.0),
        ("41.8 mph", "speed", 18.686272),
        ("10 miles an hour", "speed", 4.4704),
        ("5:12 per kilometre", "pace", 0.312),
        ("5:12/km", "pace", 0.312),
        ("1:58 per 100 metres", "pace", 1.18),
        ("5 minutes 12 seconds per kilometre", "pace", 0.312),
        ("14°C", "temperature", 14.0),
        ("-3 °C", "temperature", -3.0),
        ("−3°C", "temperature", -3.0),
        ("50°F", "temperature", 10.0),
        ("14 degrees Celsius", "temperature", 14.0),
        ("a dozen", "bare", 12.0),
        ("twice", "bare", 2.0),
        ("17", "bare", 17.0),
    ],
)
def test_a_quantity_is_read_with_its_unit(text: str, kind: str, value: float) -> None:
    one = only(f"It was {text} or so.")
    assert one.kind == kind
    assert (one.low + one.high) / 2 == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "half"),
    [("42 kilometres", 500.0), ("42.3 kilometres", 50.0), ("2 hours 3 minutes", 30.0),
     ("2 hours", 1_800.0), ("50 seconds", 0.5)],
)  # fmt: skip
def test_a_quantity_is_as_fine_as_its_last_digit(text: str, half: float) -> None:
    one = only(text)
    assert (one.high - one.low) / 2 == pytest.approx(half)


@pytest.mark.parametrize("text", ["the one to remember", "on two wheels", "no number", "two feet"])
def test_words_that_count_nothing_are_no_quantity(text: str) -> None:
    assert quantities(text) == []


def test_all_quantities_of_a_sentence_are_read_in_order() -> None:
    text = "At 14°C, 42.3 kilometres took 2 hours 3 minutes at 20.7 km/h, or 2:54 per kilometre."
    kinds = [one.kind for one in quantities(text)]
    assert kinds == ["temperature", "length", "time", "speed", "pace"]


@given(st.integers(0, 999_999))
def test_a_whole_number_is_read_back_with_its_commas(value: int) -> None:
    assert number(f"{value:,}") == (float(value), 0.5)


@given(st.floats(0, 100_000))
def test_a_rounded_value_fits_what_is_said_of_it(metres: float) -> None:
    assert only(f"{metres / 1000:,.1f} kilometres").fits(metres)
