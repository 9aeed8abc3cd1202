import json
from functools import cache
from pathlib import Path

import pytest

from builders import an_activity
from stridetale.activity import Weather
from stridetale.draft import Draft, Tone
from stridetale.facts import Facts, facts_of
from stridetale.grounding import is_sayable
from stridetale.sports import known_sport_types
from stridetale.writers.habits import ANY, LONGEST, Ways, abouts, orders, ways, words_in

TRAINING = Path(__file__).parents[2] / "training"


@cache
def facts(sport_type: str = "Ride") -> Facts:
    return facts_of(an_activity(sport_type=sport_type))


@cache
def ways_of(sport_type: str) -> Ways:
    return ways(facts(sport_type), "plain")


def words_of(sport_type: str) -> frozenset[str]:
    found = ways_of(sport_type)
    return frozenset[str]().union(*map(words_in, texts_of(found)))


def texts_of(found: Ways) -> list[str]:
    titles = [title for group in found.titles for title in group]
    return [*titles, *(one.text for one in found.sentences)]


@pytest.mark.parametrize(
    ("sport_type", "word", "may"),
    [
        ("Ride", "rode", True),
        ("Run", "rode", False),
        ("Swim", "hill", False),
        ("Run", "legs", True),
        ("Soccer", "racket", False),
        ("Squash", "racket", True),
    ],
)
def test_no_word_is_said_that_stories_of_the_sport_have_not(
    sport_type: str, word: str, *, may: bool
) -> None:
    assert (word in words_of(sport_type)) == may


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_every_word_of_every_sport_may_be_said(sport_type: str) -> None:
    assert all(is_sayable(word, facts(sport_type)) for word in words_of(sport_type))


def test_a_sentence_of_the_weather_is_said_where_it_is_known() -> None:
    rainy = facts_of(an_activity(weather=Weather(condition="Light Rain", temperature_c=14.0)))
    assert any("weather" in one.slots for one in ways(rainy, "plain").sentences)
    assert not any("weather" in one.slots for one in ways(facts(), "plain").sentences)


@pytest.mark.parametrize("sport_type", [*known_sport_types(), "Juggling"])
def test_a_story_of_every_sport_can_be_told(sport_type: str) -> None:
    found = ways_of(sport_type)
    places = [one.place for one in found.sentences]
    assert sum(map(len, found.titles[:-1])) > 10
    assert sum(map(len, found.titles)) > 40
    assert min(places.count(place) for place in ("opening", "middle", "closing")) > 8
    assert ("moving_time",) in {one.slots for one in found.sentences}


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_a_sentence_is_as_it_stood(sport_type: str) -> None:
    for one in ways_of(sport_type).sentences:
        assert one.slots == Draft(title="A Title", body=one.text).slots
        assert len([word for word in one.words if word.strip()[0].isalnum()]) <= LONGEST


@pytest.mark.parametrize(
    "sentence",
    ["It took {moving_time}.", "They met again after the first bend.", "Your legs were, and they"],
)
def test_a_sentence_that_leans_on_another_one_is_not_said(sentence: str) -> None:
    assert not any(one.text.startswith(sentence) for one in ways_of("Run").sentences)


def test_orders_of_facts_are_counted_by_family_and_for_all() -> None:
    assert sum(orders("ride").values()) < sum(orders(ANY).values())


def test_a_family_that_is_not_known_has_no_orders() -> None:
    assert not orders("chess")


def test_stories_of_a_sport_are_about_what_it_has() -> None:
    assert "racket" in abouts("Squash")
    assert "racket" not in abouts("Basketball")


def test_a_sport_that_is_not_known_is_about_nothing() -> None:
    assert not abouts("chess")


def test_more_than_ten_words_in_a_row_of_a_story_are_a_copy() -> None:
    text = (TRAINING / "data" / "literal-rides.jsonl").read_text(encoding="utf-8")
    rows = map(json.loads, text.splitlines())
    told = next(row["body"] for row in rows if row["activity"]["sport_type"] == "Ride").split()
    assert ways_of("Ride").copies(" ".join(told[: LONGEST + 1]))
    assert not ways_of("Ride").copies(" ".join(told[:LONGEST]))


def sentences_of(tone: Tone) -> set[str]:
    return {one.text for one in ways(facts("Ride"), tone).sentences}


def test_who_fights_does_not_joke() -> None:
    jokes = sentences_of("funny") - sentences_of("plain")
    assert jokes
    assert jokes.isdisjoint(sentences_of("epic"))


def test_no_sentence_says_this_night() -> None:
    def said(at: str) -> bool:
        found = ways(facts_of(an_activity(at=at)), "warm")
        return any("this {part_of_day}" in one.text.lower() for one in found.sentences)

    assert (said("09:00"), said("23:00")) == (True, False)


def test_no_day_is_said_of_what_ended_on_another_one() -> None:
    def said(hours: float) -> bool:
        found = ways(facts_of(an_activity(elapsed_time_s=hours * 3600)), "warm")
        return any({"day", "moving_time"} <= set(one.slots) for one in found.sentences)

    assert (said(3), said(20)) == (True, False)


def test_no_sport_borrows_what_speaks_of_another_one() -> None:
    sailing = {one.text for one in ways_of("Sail").sentences}
    assert "On {day} you lifted, jumped and lifted again." not in sailing
    assert "Your average was {average_speed} this {part_of_day}." in sailing


def test_a_title_that_would_fit_any_sport_is_lent() -> None:
    assert "A Steady Effort" in ways_of("Sail").titles[-1]
    assert "One Foot, Then the Other" not in ways_of("Swim").titles[-1]


def words_of_a_swim(*, pool: bool | None) -> set[str]:
    found = ways(facts_of(an_activity(sport_type="Swim", pool=pool)), "plain")
    return {word for text in texts_of(found) for word in words_in(text)}


@pytest.mark.parametrize(("pool", "may_wade"), [(True, False), (False, True), (None, False)])
def test_who_swims_in_no_open_water_does_not_wade(*, pool: bool | None, may_wade: bool) -> None:
    assert ("waded" in words_of_a_swim(pool=pool)) == may_wade


@pytest.mark.parametrize(("pool", "may_climb"), [(True, True), (False, False), (None, False)])
def test_who_swims_in_no_pool_climbs_no_ladder(*, pool: bool | None, may_climb: bool) -> None:
    assert ("ladder" in words_of_a_swim(pool=pool)) == may_climb


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_what_leans_on_its_own_story_is_left_out(sport_type: str) -> None:
    left_out = json.loads((TRAINING / "left_out.json").read_text(encoding="utf-8"))["leaning"]
    assert set(texts_of(ways_of(sport_type))).isdisjoint(left_out)
