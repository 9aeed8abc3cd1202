from builders import facts_like
from stridetale.writers.asks import untrained

FACTS = facts_like()


def test_an_untrained_model_is_told_all_facts() -> None:
    told = untrained(FACTS, "warm").messages[1]["content"]
    assert all(f"{{{fact.slot}}}: {fact.said}" in told for fact in FACTS)


def test_an_untrained_model_is_kept_to_the_slots_of_these_facts() -> None:
    ask = untrained(FACTS, "warm")
    assert all(f'"{{{slot}}}"' in ask.grammar for slot in FACTS.slots)
