import pytest

from builders import an_activity
from stridetale.facts import Facts, facts_of
from stridetale.grounding import is_sayable
from stridetale.sports import known_sport_types
from stridetale.writers.habits import ANY, EDGE, abouts, orders, vocabulary


def facts(sport_type: str = "Ride") -> Facts:
    return facts_of(an_activity(sport_type=sport_type))


@pytest.mark.parametrize(
    ("sport_type", "word", "may"),
    [
        ("Ride", "rode", True),
        ("Run", "rode", False),
        ("Swim", "hill", False),
        ("Run", "legs", True),
    ],
)
def test_no_word_is_known_that_would_be_false(sport_type: str, word: str, *, may: bool) -> None:
    assert (word in vocabulary(facts(sport_type)).words) == may


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_every_word_of_every_sport_may_be_said(sport_type: str) -> None:
    of = facts(sport_type)
    known = vocabulary(of)
    titles = {word.casefold() for word in known.titles}
    assert all(is_sayable(word, of) for word in {*known.words, *known.begins, *titles})


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_a_story_of_every_sport_can_be_told(sport_type: str) -> None:
    known = vocabulary(facts(sport_type))
    assert len(known.words) > 500
    assert len(known.begins) > 20
    assert len(known.title_begins) > 20
    assert len(known.title_ends) > 20
    assert {"for", "in"} <= set(known.before["moving_time"])


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_what_stands_next_to_a_slot_is_in_known_words(sport_type: str) -> None:
    known = vocabulary(facts(sport_type))
    for phrases in (*known.before.values(), *known.behind.values()):
        words = {word for phrase in phrases for word in phrase.split() if word[0].isalpha()}
        assert words <= set(known.words)


def test_a_sentence_may_begin_with_a_distance() -> None:
    assert EDGE in vocabulary(facts()).before["distance"]


def test_top_speed_is_called_so() -> None:
    before = vocabulary(facts()).before["max_speed"]
    assert "speed was" in before
    assert not {"was", "at"} & set(before)


def test_orders_of_facts_are_counted_by_family_and_for_all() -> None:
    assert sum(orders("ride").values()) < sum(orders(ANY).values())


def test_a_family_that_is_not_known_has_no_orders() -> None:
    assert not orders("chess")


def test_stories_of_a_sport_are_about_what_it_has() -> None:
    assert "racket" in abouts("Squash")
    assert "racket" not in abouts("Basketball")


def test_a_sport_that_is_not_known_is_about_nothing() -> None:
    assert not abouts("chess")
