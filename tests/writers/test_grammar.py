from stridetale.writers.grammar import gbnf


def rule(name: str, grammar: str) -> str:
    [line] = [line for line in grammar.splitlines() if line.startswith(f"{name} ::= ")]
    return line.removeprefix(f"{name} ::= ")


def test_a_sentence_may_begin_with_the_first_slot() -> None:
    grammar = gbnf(["day", "distance"])
    assert rule("s0", grammar) == 'capital m0 | "{day}" m1'


def test_the_second_slot_follows_only_after_the_first() -> None:
    grammar = gbnf(["day", "distance"])
    assert "{distance}" not in rule("m0", grammar)
    assert "{distance}" in rule("m1", grammar)


def test_a_story_ends_only_where_all_slots_are_written() -> None:
    grammar = gbnf(["day", "distance"])
    assert [rule(f"e{used}", grammar) for used in range(3)] == ['" " s0', '" " s1', '(" " s2)?']


def test_no_slot_is_written_twice() -> None:
    assert gbnf(["day"]).count('m1 | "{day}"') == 0
    assert "{day}" not in rule("m1", gbnf(["day"]))


def test_no_rule_has_a_digit_that_could_be_written() -> None:
    grammar = gbnf(["distance", "moving_time"])
    written = [part for line in grammar.splitlines() for part in line.split('"')[1::2]]
    assert not any(char.isdigit() for char in "".join(written))
