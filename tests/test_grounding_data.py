"""The word lists of grounding: each word does something."""

from typing import get_args

import pytest

from stridetale.facts import SLOTS
from stridetale.grounding.claims import TOPICS, Claim, contradictions
from stridetale.grounding.contradiction import KINDS
from stridetale.grounding.phrases import Phrases
from stridetale.grounding.reading import read
from stridetale.grounding.support import DAYS, Need
from stridetale.sports import Family, known_sport_types
from stridetale.wordlists import table
from told import the_facts

GROUPS = [
    (topic, kind, group)
    for topic in TOPICS
    for kind, groups in table(f"en/claims/{topic}.toml").items()
    for group in groups
]
NEEDS = [Need.model_validate(need) for _, _, group in GROUPS for need in group.get("needs", ())]


def test_every_group_is_of_a_kind_that_exists() -> None:
    assert {kind for _, kind, _ in GROUPS} <= set(KINDS)


def test_every_need_names_days_sports_and_families_that_exist() -> None:
    assert {day for need in NEEDS for day in need.days or ()} <= set(DAYS)
    families = {
        name for need in NEEDS for name in (need.families or ()) + (need.not_families or ())
    }
    assert families <= set(get_args(Family))
    types = {name for need in NEEDS for name in (need.types or ()) + (need.but or ())}
    assert types <= set(known_sport_types())


def test_every_kind_of_weather_that_a_claim_needs_can_be_known() -> None:
    known = {kind for row in table("en/weather.toml").values() for kind in row["kinds"]}
    assert {kind for need in NEEDS for kind in need.weather or ()} <= known


def test_every_phrase_is_of_words_that_a_text_can_have() -> None:
    phrases = [word for _, _, group in GROUPS for word in group["words"]]
    phrases += [word for group in table("en/idioms.toml")["idioms"] for word in group["words"]]
    for value in table("en/slots.toml").values():
        rows = value.values() if isinstance(value, dict) else [value]
        phrases += [word for row in rows if isinstance(row, list) for word in row]
    parts = {part.removesuffix("*") for phrase in phrases for part in phrase.split()} - {""}
    odd = [part for part in parts if [token.word for token in read(part, "body").tokens] != [part]]
    assert sorted(odd) == []


def test_no_word_is_in_two_groups_of_one_kind() -> None:
    words = [(kind, word) for _, kind, group in GROUPS for word in group["words"]]
    assert sorted({pair for pair in words if words.count(pair) > 1}) == []


def test_every_idiom_spares_a_word_that_would_be_a_claim() -> None:
    claims: Phrases[str] = Phrases(
        (word, kind) for _, kind, group in GROUPS for word in group["words"]
    )
    idle = [
        idiom
        for group in table("en/idioms.toml")["idioms"]
        for idiom in group["words"]
        if not any(
            match.value in group["spares"]
            for match in claims.matches(read(idiom.replace("*", "so"), "body").tokens)
        )
    ]
    assert idle == []


def test_no_idiom_is_there_twice() -> None:
    for group in table("en/idioms.toml")["idioms"]:
        idioms = group["words"]
        assert sorted({idiom for idiom in idioms if idioms.count(idiom) > 1}) == []


def test_every_slot_has_its_rules() -> None:
    assert [slot for slot in SLOTS if slot not in table("en/slots.toml")] == []


def test_a_slot_is_numeric_in_the_rules_where_its_fact_has_a_unit() -> None:
    rules = table("en/slots.toml")
    assert [
        fact.slot for fact in the_facts() if rules[fact.slot]["numeric"] != bool(fact.unit)
    ] == []


@pytest.mark.parametrize("sport_type", known_sport_types())
def test_what_a_sport_is_called_is_a_word_of_it(sport_type: str) -> None:
    facts = the_facts(sport_type=sport_type)
    text = read(f"A {facts.sport.noun('en')}", "body")
    assert [found.said for found in contradictions(text, facts) if found.kind == "sport"] == []


def test_a_claim_that_needs_nothing_known_is_never_supported() -> None:
    assert not Claim("number", ()).is_supported(the_facts())


def test_a_need_with_a_key_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="rainy"):
        Need.model_validate({"rainy": ["rain"]})
