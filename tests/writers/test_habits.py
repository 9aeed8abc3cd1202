import pytest

from builders import an_activity
from stridetale.facts import Facts, facts_of
from stridetale.sports import known_sport_types
from stridetale.writers.habits import ANY, EDGE, company, orders, written


def facts(sport_type: str = "Ride", *, start: str = "2026-05-05T07:30:00Z") -> Facts:
    return facts_of(an_activity(sport_type=sport_type, start=start, timezone="UTC"))


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
    assert (word in company(facts(sport_type)).body) == may


def test_no_word_leads_to_one_that_would_be_false() -> None:
    follows = company(facts("Run")).body
    assert "rode" not in {written(one) for others in follows.values() for one in others}


@pytest.mark.parametrize("sport_type", ["Run", "Swim"])
def test_no_pair_of_words_is_known_that_would_be_false(sport_type: str) -> None:
    assert ("water" in company(facts(sport_type)).body.get("open", ())) is (sport_type == "Swim")


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_every_way_leads_on_or_ends(sport_type: str) -> None:
    known = company(facts(sport_type))
    for follows in (known.body, known.title):
        assert all(others and set(others) <= follows.keys() for others in follows.values())


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_a_story_of_every_sport_may_begin_and_end(sport_type: str) -> None:
    follows = company(facts(sport_type)).body
    assert len(follows[EDGE]) > 20
    assert sum(EDGE in others for others in follows.values()) > 100


def test_top_speed_is_called_so_where_it_follows_a_word_of_many_uses() -> None:
    follows = company(facts()).body
    assert "{max_speed}" in follows["was<speed"]
    assert "{max_speed}" not in follows["was"]


def test_a_part_behind_another_is_written_alone() -> None:
    assert written("was<speed") == "was"


def test_orders_of_facts_are_counted_by_family_and_for_all() -> None:
    assert sum(orders("ride").values()) < sum(orders(ANY).values())


def test_a_family_that_is_not_known_has_no_orders() -> None:
    assert not orders("chess")
