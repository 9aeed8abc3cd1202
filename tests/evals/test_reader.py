import re
from datetime import UTC, datetime
from typing import Any

import pytest

from builders import an_activity
from stridetale.activity import Activity, Weather
from stridetale.evals.reader import Finding, read_story

FILLER = (
    "Nothing about it was hurried, and nothing about it was dull; it simply went on, turn after "
    "turn, until there was no more of it, and what was left was a good kind of tiredness and a "
    "quiet head."
)
"""Thirty-eight words that say nothing."""

TITLE = "A Quiet One"


def found_in(text: str, title: str = TITLE, **fields: Any) -> list[Finding]:  # noqa: ANN401 (any field)
    return read_story(an_activity(**fields), title=title, body=f"{text} {FILLER}".strip())


def kinds_in(text: str, **fields: Any) -> set[str]:  # noqa: ANN401 (any field)
    return {finding.kind for finding in found_in(text, **fields)}


RAIN = Weather(condition="Light Rain", temperature_c=6.3, wind_speed_mps=5.0)
SUN = Weather(condition="Sunny", temperature_c=25.6)
SWIM = {
    "sport_type": "Swim", "pool": True, "distance_m": 1_500.0, "moving_time_s": 1_770.0,
    "elapsed_time_s": 1_900.0, "elevation_gain_m": None, "max_speed_mps": None,
}  # fmt: skip
RUN = {
    "sport_type": "Run", "distance_m": 10_000.0, "moving_time_s": 3_120.0,
    "elapsed_time_s": 4_000.0, "elevation_gain_m": 80.0, "max_speed_mps": 4.4,
}  # fmt: skip
TRUE: list[tuple[str, dict[str, Any]]] = [
    ("It was 42.3 kilometres in 2 hours 3 minutes.", {}),
    ("It was 26.3 miles in 2 hours and 3 minutes.", {}),
    ("It was 42 km long, with 354 metres of climbing.", {}),
    ("Over 26.3 miles the hills added up to 1,161 feet of climbing.", {}),
    ("A climb of 354 metres was hidden in the 42.3 kilometres.", {}),
    ("Top speed was 67 km/h, the average 20.7 km/h.", {}),
    ("It averaged 12.8 mph and peaked at 41.6 mph.", {}),
    ("The pace was 5:12 per kilometre.", RUN),
    ("The pace was 8:22 per mile, for 52 minutes.", RUN),
    ("The pace was 5 minutes 12 seconds per kilometre.", RUN),
    ("It took 1:58 per 100 metres to swim 1,500 metres.", SWIM),
    ("It took 1:48 per 100 yards to swim 1,640 yards in the pool.", SWIM),
    ("It was 6°C, with light rain, and a wind of 18 km/h.", {"weather": RAIN}),
    ("It was 43°F and wet, and the wind blew at 11 mph.", {"weather": RAIN}),
    ("Two hours, give or take, under a hot sun.", {"weather": SUN}),
    ("It began at 7:30 on a Tuesday morning in May.", {}),
    ("An early Tuesday, and home before lunch.", {}),
    ("A Saturday ride, the best of any weekend.", {"on": "Saturday"}),
    ("It went from Tuesday night into Wednesday.", {"at": "23:00"}),
    ("The Blue Thunder did 42.3 kilometres.", {"gear": "Blue Thunder"}),
    ("It was over in 42 seconds.", {"moving_time_s": 42.0, "elapsed_time_s": 110.0}),
    ("An indoor ride, with nothing to look at but a wall.", {"trainer": True}),
    ("It was -3°C and freezing.", {"weather": Weather(temperature_c=-2.6)}),
    ("More than 42 kilometres were covered.", {}),
    ("Taken together it was like a struck match, and it rose to 67 km/h.", {}),
    ("Worries lost sight of it, and something inside went quiet.", {}),
    ("It gained 1,161 feet on the way.", {"sport_type": "Handcycle"}),
    ("Distance gained: 42.3 kilometres.", {}),
    ("It was 354 metres of climbing in 42.3 kilometres.", {}),
    ("It had 354 metres of climbing.", {"distance_m": 3.0}),
    ("The slope was a mountain for the day.", {}),
    ("A hill ran out of jokes, and nobody won.", {}),
    ("It was one foot wide, and took two hands, half asleep.", {}),
    ("Downhill it was let go, at 67 km/h.", {}),
    ("Not all of you had had enough.", {}),
    ("It went no faster than a promise, with a second wind.", {}),
    ("Push and coast.", {}),
]


@pytest.mark.parametrize(("text", "fields"), TRUE)
def test_nothing_is_found_in_a_true_text(text: str, fields: dict[str, Any]) -> None:
    assert found_in(text, **fields) == []


LIES: list[tuple[str, str, dict[str, Any]]] = [
    # numbers
    ("number", "It was 42.4 kilometres.", {}),
    ("number", "It was 43 kilometres.", {}),
    ("number", "It was 26.4 miles.", {}),
    ("number", "It took 2 hours 4 minutes.", {}),
    ("number", "It took three hours.", {}),
    ("number", "It was forty-five kilometres.", {}),
    ("number", "Top speed was 68 km/h.", {}),
    ("number", "The pace was 5:13 per kilometre.", RUN),
    ("number", "The pace was 5:12 per mile.", RUN),
    ("number", "The pace was 1:58 per 100 yards.", SWIM),
    ("number", "It was 7°C.", {"weather": RAIN}),
    ("number", "It was 6°F.", {"weather": RAIN}),
    ("number", "It was 6°C.", {}),
    ("number", "It was 42.3 miles.", {}),
    ("number", "It was 354 feet of climbing.", {}),
    ("number", "There were 12 of them.", {}),
    ("number", "There were twelve turns.", {}),
    ("number", "It was half of everything.", {}),
    ("number", "A hundred kilometres were ahead.", {}),
    ("number", "Nearly 42 kilometres were covered.", {}),
    ("number", "More than 42.4 kilometres were covered.", {}),
    ("number", "It took half an hour.", {}),
    ("time", "It began at 8:30.", {}),
    # numbers of something that cannot be
    ("number", "Top speed was 1,080 km/h.", {"max_speed_mps": 300.0}),
    ("number", "Top speed was 72 km/h.", {"sport_type": "Run", "max_speed_mps": 20.0}),
    ("number", "It had -120 metres of climbing.", {"elevation_gain_m": -120.0}),
    ("number", "It had 50,000 metres of climbing.", {"elevation_gain_m": 50_000.0}),
    ("number", "It moved for 3 hours.", {"moving_time_s": 10_800.0, "elapsed_time_s": 4_000.0}),
    ("number", "It was 451°C.", {"weather": Weather(temperature_c=451.0)}),
    ("number", "It averaged 600 km/h.", {"distance_m": 1_000_000.0, "moving_time_s": 6_000.0}),
    # numbers said of something else
    ("quantity", "It had 42.3 kilometres of climbing.", {}),
    ("quantity", "It had 2 hours 3 minutes of climbing.", {}),
    ("quantity", "It was 42.3 kilometres of climbing in 354 metres.", {}),
    ("quantity", "It covered 354 metres.", {}),
    ("quantity", "There were 354 metres in it.", {}),
    ("quantity", "It was 354 metres long, hills and all.", {}),
    ("quantity", "The average was 67 km/h.", {}),
    ("quantity", "Top speed was 20.7 km/h.", {}),
    ("quantity", "It went along at 67 km/h.", {}),
    ("quantity", "It went along at 18 km/h.", {"weather": RAIN}),
    ("quantity", "Wind at 20.7 km/h.", {"weather": RAIN}),
    # days and times
    ("day", "It was a Wednesday.", {}),
    ("day", "It was a Tuesday.", {"timezone": None}),
    ("day", "It was the best of the weekend.", {}),
    ("day", "It was a weekday.", {"on": "Sunday"}),
    ("month", "It was early in April.", {}),
    ("month", "It was a day in May.", {"timezone": None}),
    ("year", "It was in 2025.", {}),
    ("time of day", "It was evening.", {}),
    ("time of day", "It was a morning.", {"at": "13:00"}),
    ("time of day", "The moon was up.", {}),
    ("time of day", "It was over before breakfast.", {"at": "11:00"}),
    ("time of day", "It began after dinner.", {}),
    ("time of day", "It was morning.", {"timezone": None}),
    ("season", "It was late autumn.", {"on": "Tuesday", "start": datetime(2026, 7, 1, tzinfo=UTC)}),
    # what it was
    ("sport", "It was a run.", {}),
    ("sport", "The swim went well.", {}),
    ("sport", "It was a ride.", {"sport_type": "Kayaking"}),
    ("sport", "It was a gravel ride.", {}),
    ("sport", "The legs did it.", {"sport_type": "Wheelchair"}),
    ("sport", "It was a fine row.", {"sport_type": "Quidditch"}),
    ("place", "The river was near.", {}),
    ("place", "The slopes were near.", {"sport_type": "Rowing"}),
    ("place", "The pistes were near.", {}),
    ("name", "It went through Paris.", {}),
    ("name", "It was with Anna.", {}),
    ("name", "Anna did it.", {}),
    ("name", "Zürich was near.", {}),
    ("time of day", "It was good tonight.", {}),
    ("sport", "You ran on.", {"sport_type": "Hike"}),
    ("event", "You won it.", {}),
    ("indoors", "It was an indoor ride.", {}),
    ("indoors", "It was good to be outside.", {"trainer": True}),
    ("indoors", "The pool was quiet.", SWIM | {"pool": False}),
    ("indoors", "The last wall was near.", SWIM | {"pool": False}),
    ("indoors", "The next length was good.", SWIM | {"pool": None}),
    ("indoors", "A wave went by.", SWIM | {"pool": None}),
    ("indoors", "It was good in open water.", SWIM),
    # weather
    ("weather", "It rained.", {}),
    ("weather", "It rained.", {"weather": SUN}),
    ("weather", "The sun was out.", {"weather": RAIN}),
    ("weather", "It was hot.", {"weather": RAIN}),
    ("weather", "It was freezing.", {"weather": RAIN}),
    ("weather", "A gale blew.", {"weather": RAIN}),
    ("weather", "There was snow.", {"weather": RAIN}),
    ("weather", "There was a thunderstorm.", {"weather": RAIN}),
    ("weather", "There was light rain.", {"weather": RAIN, "trainer": True}),
    # what no recording says
    ("comparison", "It was a personal best.", {}),
    ("comparison", "It was faster than last week.", {}),
    ("company", "It was better with friends.", {}),
    ("company", "We did it.", {}),
    ("person", "She did it.", {}),
    ("measure", "The heart rate was low.", {}),
    ("event", "It was a race.", {}),
    ("model", "It is hard to say for a language model.", {}),
    # how it is written
    ("form", "It was {distance}.", {}),
    ("form", "It was was fine.", {}),
    ("form", "It was a evening.", {"at": "18:00"}),
    ("form", "It was an morning.", {}),
    ("form", "It was fine .", {}),
    ("form", "It was fine. so it was.", {}),
    ("form", "It was\u200b fine.", {}),
    ("form", "It had 1 kilometres.", {"distance_m": 1_000.0}),
    ("words", f"{FILLER} It was.", {}),
]


@pytest.mark.parametrize(("kind", "text", "fields"), LIES)
def test_a_lie_is_found(kind: str, text: str, fields: dict[str, Any]) -> None:
    assert kind in kinds_in(text, **fields)


@pytest.mark.parametrize(("kind", "text", "fields"), LIES)
def test_a_lie_is_the_only_thing_found(kind: str, text: str, fields: dict[str, Any]) -> None:
    assert kinds_in(text, **fields) == {kind}


def test_a_story_that_is_too_short_is_found() -> None:
    found = read_story(an_activity(), title=TITLE, body="It was good.")
    assert [one.kind for one in found] == ["words"]


def test_a_lie_in_the_title_is_found() -> None:
    assert [one.kind for one in found_in("It was.", title="A Sunday in the Rain")] == [
        "day",
        "weather",
    ]


def test_a_title_that_is_empty_is_found() -> None:
    assert "form" in {one.kind for one in found_in("It was.", title=" ")}


def test_a_finding_says_what_was_said_and_what_is_so() -> None:
    [found] = found_in("It was a Wednesday.")
    assert (found.said, found.why) == ("Wednesday", "it was Tuesday")


@pytest.mark.parametrize("field", ["distance_m", "moving_time_s", "elevation_gain_m"])
def test_a_number_of_a_value_that_is_missing_is_found(field: str) -> None:
    text = "It was 42.3 kilometres, with 354 metres of climbing, in 2 hours 3 minutes."
    activity: Activity = an_activity().model_copy(update={field: None})
    found = read_story(activity, title=TITLE, body=f"{text} {FILLER}")
    assert [one.kind for one in found if one.kind == "number"]


def test_gear_is_the_athletes_own_word() -> None:
    assert "weather" in kinds_in("The Blue Thunder did it.", gear="Red Kite")


DIGITS = [
    (text, fields, match.start())
    for text, fields in TRUE
    for match in re.finditer(r"\d", text)
]  # fmt: skip


@pytest.mark.parametrize(("text", "fields", "place"), DIGITS)
def test_every_other_digit_is_found(text: str, fields: dict[str, Any], place: int) -> None:
    for digit in set("123456789") - {text[place]}:
        changed = text[:place] + digit + text[place + 1 :]
        assert found_in(changed, **fields), changed


@pytest.mark.parametrize("day", ["Monday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
def test_every_other_day_is_found(day: str) -> None:
    assert kinds_in(f"It was a {day}.") == {"day"}
