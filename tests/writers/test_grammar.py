from builders import an_activity
from stridetale.facts import facts_of
from stridetale.writers.grammar import gbnf


def rule(name: str, grammar: str) -> str:
    [line] = [line for line in grammar.splitlines() if line.startswith(f"{name} ::= ")]
    return line.removeprefix(f"{name} ::= ")


def test_the_slots_of_the_facts_are_allowed_and_no_others() -> None:
    facts = facts_of(an_activity(sport_type="Yoga"))
    assert rule("slot", gbnf(facts)) == '"{moving_time}" | "{day}" | "{part_of_day}" | "{sport}"'


def test_a_speed_does_not_stand_in_a_title() -> None:
    assert "speed" not in rule("titleslot", gbnf(facts_of(an_activity())))


def test_no_rule_has_a_digit_that_could_be_written() -> None:
    grammar = gbnf(facts_of(an_activity()))
    written = [part for line in grammar.splitlines() for part in line.split('"')[1::2]]
    assert not any(char.isdigit() for char in "".join(written))
