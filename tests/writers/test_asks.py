from builders import facts_like
from stridetale.writers.asks import trained, untrained

FACTS = facts_like()


def test_a_trained_model_is_told_no_number() -> None:
    ask = trained(FACTS, "warm")(1)
    assert not any(char.isdigit() for message in ask.messages for char in message["content"])


def test_a_trained_model_is_asked_otherwise_with_each_seed() -> None:
    ask = trained(FACTS, "warm")
    assert ask(1).messages != ask(2).messages


def test_a_trained_model_is_asked_the_same_with_the_same_seed() -> None:
    assert trained(FACTS, "warm")(1) == trained(FACTS, "warm")(1)


def test_the_facts_of_a_hint_are_those_of_its_grammar() -> None:
    ask = trained(FACTS, "warm")(3)
    slots = [part.split("}")[0] for part in ask.messages[1]["content"].split("{")[1:]]
    assert all(f"{{{slot}}}" in ask.grammar for slot in slots)


def test_an_untrained_model_is_told_all_facts() -> None:
    told = untrained(FACTS, "warm")(1).messages[1]["content"]
    assert all(f"{{{fact.slot}}}: {fact.said}" in told for fact in FACTS)


def test_chance_stands_in_the_hint_of_a_trained_model() -> None:
    assert trained(FACTS, "warm")(1).temperature < untrained(FACTS, "warm")(1).temperature
