import pytest

from builders import an_activity
from stridetale.activity import Weather
from stridetale.facts import facts_of
from stridetale.grounding import is_sayable
from stridetale.invented import invented_activities
from stridetale.sports import known_sport_types
from stridetale.writers import hints


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_a_hint_asks_for_known_facts_only(sport_type: str) -> None:
    facts = facts_of(an_activity(sport_type=sport_type))
    assert all(set(hints.draw(facts, seed).slots) <= set(facts.slots) for seed in range(40))


def test_the_same_chance_gives_the_same_hint() -> None:
    facts = facts_of(an_activity())
    assert hints.draw(facts, 3) == hints.draw(facts, 3)


def test_another_chance_gives_another_hint() -> None:
    facts = facts_of(an_activity())
    assert len({hints.draw(facts, seed) for seed in range(40)}) > 30


def test_facts_of_which_no_story_is_known_are_still_hinted_at() -> None:
    facts = facts_of(
        an_activity(sport_type="Yoga", moving_time_s=None, elapsed_time_s=None, timezone=None)
    )
    assert set(hints.draw(facts, 1).slots) <= set(facts.slots)


@pytest.mark.parametrize(
    ("slots", "needed"),
    [
        (("distance", "moving_time", "max_speed"), 2),
        (("day", "distance", "part_of_day", "moving_time"), 4),
        (("distance", "day"), 1),
        (("day",), 0),
        (("moving_time", "max_speed", "distance", "day"), 3),
    ],
)
def test_slots_are_needed_up_to_the_second_number_and_the_distance(
    slots: tuple[str, ...], needed: int
) -> None:
    assert hints.needed(hints.Hint(slots), facts_of(an_activity())) == needed


def test_a_hint_has_numbers_enough_whatever_is_known() -> None:
    for activity in invented_activities(300, seed=9):
        facts = facts_of(activity)
        numbers = {fact.slot for fact in facts if fact.unit is not None}
        told = numbers.intersection(hints.draw(facts, 1).slots)
        assert len(told) >= min(2, len(numbers)), facts.slots


@pytest.mark.parametrize(
    ("elevation_gain_m", "telling"), [(900.0, {"distance", "elevation_gain"}), (5.0, {"distance"})]
)
def test_what_an_athlete_would_miss_is_told(elevation_gain_m: float, telling: set[str]) -> None:
    facts = facts_of(an_activity(distance_m=30_000.0, elevation_gain_m=elevation_gain_m))
    for seed in range(40):
        hint = hints.draw(facts, seed)
        assert telling <= set(hint.slots[: hints.needed(hint, facts)])


def test_a_number_that_no_story_has_beside_the_other_comes_after_it() -> None:
    facts = facts_of(
        an_activity(
            sport_type="Rowing", distance_m=None, average_speed_mps=None, max_speed_mps=None,
            elevation_gain_m=None, weather=Weather(wind_speed_mps=5.0),
        )
    )  # fmt: skip
    told = [slot for slot in hints.draw(facts, 1).slots if slot not in {"day", "part_of_day"}]
    assert told == ["moving_time", "wind_speed"]


@pytest.mark.parametrize("sport_type", [*known_sport_types(), "Juggling"])
def test_a_story_is_about_a_word_that_may_be_said(sport_type: str) -> None:
    facts = facts_of(an_activity(sport_type=sport_type))
    words = {hints.draw(facts, seed).about for seed in range(40)}
    assert all(word is not None and is_sayable(word, facts) for word in words)
    assert len(words) > 4


def test_a_story_that_does_not_tell_of_climbing_is_not_about_the_hill() -> None:
    facts = facts_of(an_activity(sport_type="Ride"))
    drawn = [hints.draw(facts, seed) for seed in range(200)]
    assert {"hill", "climb", "slope"}.isdisjoint(
        hint.about for hint in drawn if "elevation_gain" not in hint.slots
    )


def test_a_story_is_about_what_its_sport_has_not_its_family() -> None:
    facts = facts_of(an_activity(sport_type="Basketball"))
    assert "racket" not in {hints.draw(facts, seed).about for seed in range(200)}
