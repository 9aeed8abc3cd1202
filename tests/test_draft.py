import dataclasses
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from builders import a_draft, an_activity, facts_like
from stridetale.activity import Weather
from stridetale.draft import Draft, Receipt, count_words, receipts, say_body, say_title
from stridetale.facts import facts_of
from stridetale.saying import Style
from stridetale.sports import known_sport_types

RIDE = facts_like()


def body(text: str, **fields: Any) -> str:  # noqa: ANN401 (any field)
    return say_body(a_draft(text), facts_like(**fields))


def title(text: str, **fields: Any) -> str:  # noqa: ANN401 (any field)
    return say_title(a_draft(title=text), facts_like(**fields))


# --- parsing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "A Title\nThe body.",
        "A Title\n\n\nThe body.\n",
        "\r\n  A Title \r\n The body. \r\n",
        "# A Title\nThe body.",
        "### **A Title**\n\nThe body.",
        "Title: A Title\nThe body.",
        "**Title:** A Title\n\n**Story:** The body.",
        "TITLE : “A Title”\nBody: The body.",
        '"A Title"\nThe\nbody.',
        "A\u200b Title\nThe\u00a0body.\x00",
    ],
)
def test_the_first_line_is_the_title_and_the_rest_the_body(text: str) -> None:
    assert Draft.parse(text) == Draft(title="A Title", body="The body.")


@pytest.mark.parametrize("text", ["", "  \n\t\n", "\u200b"])
def test_a_text_of_nothing_is_a_draft_of_nothing(text: str) -> None:
    assert Draft.parse(text) == Draft(title="", body="")


def test_a_text_of_one_line_has_no_body() -> None:
    assert Draft.parse("A Title") == Draft(title="A Title", body="")


def test_half_a_character_of_a_broken_endpoint_is_dropped() -> None:
    assert Draft.parse("A Title\ud83d\nThe body.").title == "A Title"


def test_what_is_no_text_is_no_draft() -> None:
    with pytest.raises(ValidationError, match="string"):
        Draft.model_validate({"title": 5, "body": "x"})


def test_a_body_is_one_paragraph() -> None:
    assert Draft(title="x", body="One.\n\nTwo.\t").body == "One. Two."


@pytest.mark.parametrize(
    "written", ["{distance}", "{{distance}}", "{ distance }", "{Distance}", "{{{ DISTANCE }}}"]
)
def test_a_slot_has_one_spelling(written: str) -> None:
    assert a_draft(f"After {written} home.").body == "After {distance} home."


@pytest.mark.parametrize(
    "written", ["{}", "{two words}", "{dist4nce}", "{distance", "{{", "%s {0}"]
)
def test_braces_that_are_no_slot_are_left_for_grounding(written: str) -> None:
    draft = a_draft(written, title="x")
    assert (draft.body, draft.slots) == (written, ())


def test_slots_stand_in_the_order_of_reading() -> None:
    draft = a_draft("{distance}, {day}, {distance}", title="{day}")
    assert draft.slots == ("day", "distance", "day", "distance")


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_draft_comes_back_from_json_as_it_was(one: str, other: str) -> None:
    draft = Draft(title=one, body=other)
    assert Draft.model_validate_json(draft.model_dump_json()) == draft


@given(st.text(alphabet='{} a_A\n"*#:title', max_size=60))
def test_a_draft_of_braces_comes_back_as_it_was(text: str) -> None:
    draft = Draft.parse(text)
    assert Draft(title=draft.title, body=draft.body) == draft


@pytest.mark.parametrize("text", ["{" * 10_000, "{ " * 5_000, "# " * 5_000, "title " * 2_000])
def test_a_long_text_of_marks_costs_no_time(text: str) -> None:
    def seconds(text: str) -> float:
        began = time.thread_time()
        Draft.parse(f"{text}\n{text}")
        return time.thread_time() - began

    four_times = min(seconds(text * 4) for _ in range(3))
    assert four_times < 10 * max(seconds(text) for _ in range(3))  # squared, it would be 16


# --- saying ----------------------------------------------------------------------------------


def test_a_body_has_its_slots_filled() -> None:
    assert body("You rode {distance} on {day}.") == "You rode 42.3 kilometres on Tuesday."


def test_a_slot_that_is_not_known_stays_as_it_is() -> None:
    assert body("{weather}, and a {gear}") == "{weather}, and a {gear}"


def test_a_slot_that_is_not_known_stays_in_a_title() -> None:
    assert title("a {weather}") == "a {weather}"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "Up. ",
        "Up! ",
        "Up? ",
        "Up… ",
        "“Up.” ",
        'He said: "Up." ',
        "Up.) ",
        "“",
        "Up. (",
        "Up.  “",
    ],
)
def test_a_slot_that_begins_a_sentence_is_capitalised(before: str) -> None:
    assert body(before + "{weather}", weather=Weather(condition="Rain")).endswith("Rain")


@pytest.mark.parametrize(
    "before", ["Then ", "Up, ", "Up; ", "Up: ", "Up — ", "5.", "“Up,” ", "(up) "]
)
def test_a_slot_within_a_sentence_stays_small(before: str) -> None:
    assert body(before + "{weather}", weather=Weather(condition="Rain")).endswith("rain")


def test_a_sentence_that_begins_after_a_slot_is_seen() -> None:
    weather = Weather(condition="Rain")
    assert body("{distance}. {weather}.", weather=weather) == "42.3 kilometres. Rain."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sport_type": "EBikeRide"}, "an e-bike ride"),
        ({"sport_type": "EMountainBikeRide"}, "an e-mountain-bike ride"),
        ({"trainer": True}, "an indoor ride"),
        ({"sport_type": "Hike"}, "a hike"),
        ({"sport_type": "HighIntensityIntervalTraining"}, "an interval session"),
        ({"sport_type": "AlpineSki"}, "an alpine ski day"),
        ({"sport_type": "InlineSkate"}, "an inline skate"),
        ({"sport_type": "Quidditch"}, "an activity"),
        ({"sport_type": "Run"}, "a run"),
    ],
)
def test_the_article_agrees_with_the_sport(fields: dict[str, Any], said: str) -> None:
    assert body("It was a {sport}.", **fields) == f"It was {said}."


def test_an_article_that_was_right_for_another_sport_is_mended() -> None:
    assert body("An {sport} it was.") == "A ride it was."


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_the_article_agrees_with_every_sport(sport_type: str) -> None:
    noun = facts_of(an_activity(sport_type=sport_type)).get("sport")
    assert noun is not None
    article = "an" if noun.said[0] in "aei" else "a"
    assert body("a {sport}", sport_type=sport_type).casefold().startswith(f"{article} ")


@pytest.mark.parametrize(
    ("gear", "article"),
    [
        ("Orbea", "an"), ("One", "a"), ("Once", "a"), ("Onion", "an"), ("Unicorn", "a"),
        ("Umbrella", "an"), ("European", "a"), ("Animal", "an"), ("Used", "a"), ("Usher", "an"),
        ("Honest", "an"), ("Horse", "a"), ("Hourglass", "an"), ("S-Works", "an"), ("Sofa", "a"),
        ("E-bike", "an"), ("B-side", "a"), ("X-Caliber", "an"), ("Élan", "an"),
    ],
)  # fmt: skip
def test_the_article_agrees_with_the_sound(gear: str, article: str) -> None:
    assert body("Riding a {gear}", gear=gear) == f"Riding {article} {gear}"


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (8_000, "an 8 kilometres"), (80_000, "an 80 kilometres"), (800, "an 800 metres"),
        (11_000, "an 11 kilometres"), (11_500, "an 11.5 kilometres"), (18_000, "an 18 kilometres"),
        (110_000, "a 110 kilometres"), (118_000, "a 118 kilometres"), (1_000, "a 1 kilometre"),
        (42_000, "a 42 kilometres"),
    ],
)  # fmt: skip
def test_the_article_agrees_with_the_number(metres: float, said: str) -> None:
    assert body("After a {distance}", distance_m=metres, elapsed_time_s=None).startswith(
        f"After {said}"
    )


def test_a_fact_with_an_article_brings_its_own() -> None:
    weather = Weather(condition="Breezy")
    assert body("There was a {weather}.", weather=weather) == "There was a breeze."


def test_a_fact_with_an_article_begins_a_sentence() -> None:
    assert body("A {weather} blew.", weather=Weather(condition="Breezy")) == "A breeze blew."


def test_other_languages_keep_their_articles() -> None:
    french = dataclasses.replace(RIDE, style=Style(locale="fr_FR"))
    assert say_body(a_draft("il y an {sport}"), french) == "il y an ride"


@pytest.mark.parametrize(
    ("text", "fields", "said"),
    [
        ("A {sport}", {"sport_type": "EBikeRide"}, "An E-Bike Ride"),
        ("{distance} of {day}", {}, "42.3 Kilometres of Tuesday"),
        ("{max_speed}!", {}, "67 km/h!"),
        ("A {sport}", {"sport_type": "Golf"}, "A Round of Golf"),
        ("{gear} Again", {"gear": "grandma's bike"}, "Grandma's Bike Again"),
        ("{gear}", {"gear": "of mice"}, "Of Mice"),
        ("Off: {part_of_day}", {}, "Off: Morning"),
    ],
)
def test_a_title_has_capitals(text: str, fields: dict[str, Any], said: str) -> None:
    assert title(text, **fields) == said


# --- receipts and words ----------------------------------------------------------------------


def test_each_fact_has_one_receipt_in_the_order_of_first_use() -> None:
    draft = a_draft("{distance} and {day}, {distance}, {gear}", title="{day}")
    assert [receipt.slot for receipt in receipts(draft, RIDE)] == ["day", "distance"]


def test_a_receipt_says_value_unit_and_source() -> None:
    [receipt] = receipts(a_draft("{distance}", title="x"), RIDE)
    assert receipt == Receipt(
        slot="distance",
        said="42.3 kilometres",
        value=42_345.0,
        unit="m",
        source="ride.gpx: distance",
    )


@pytest.mark.parametrize("value", [42_345.0, 1.0, -0.5, "ride", "42"])
def test_a_receipt_comes_back_from_json_as_it_was(value: float | str) -> None:
    receipt = Receipt(slot="gear", said="x", value=value, unit=None, source="x")
    again = Receipt.model_validate_json(receipt.model_dump_json())
    assert (again.value, type(again.value)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One", 1),
        ("Up the e-bike hill, don’t stop.", 6),
        ("42.3 kilometres at 67.2 km/h", 5),
        ("uphill — slowly", 2),
        ("uphill—slowly", 2),
        ("9–5", 2),
        ("… ! &", 0),
        ("朝 ラン", 2),
    ],
)
def test_words_are_counted_as_a_reader_counts(text: str, words: int) -> None:
    assert count_words(text) == words
