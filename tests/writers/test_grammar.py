import pytest

from stridetale.writers.grammar import gbnf


def rule(name: str, grammar: str) -> str:
    [line] = [line for line in grammar.splitlines() if line.startswith(f"{name} ::= ")]
    return line.removeprefix(f"{name} ::= ")


def test_a_sentence_may_begin_with_the_first_slot() -> None:
    assert ' | "{distance}" a1 | ' in rule("s0", gbnf(["distance", "moving_time"]))


def test_the_second_slot_follows_only_after_the_first() -> None:
    grammar = gbnf(["day", "distance"])
    assert "{distance}" not in rule("m0", grammar)
    assert "{distance}" in rule("m1", grammar)


def test_a_story_ends_only_where_all_slots_are_written() -> None:
    grammar = gbnf(["day", "distance"])
    assert [rule(f"e{used}", grammar) for used in range(3)] == ['" " s0', '" " s1', '(" " s2)?']


def test_no_slot_is_written_twice() -> None:
    assert "{day}" not in "".join(rule(name, gbnf(["day"])) for name in ("s1", "m1", "a1"))


@pytest.mark.parametrize(
    ("slot", "word", "may"),
    [
        ("distance", "for", True),
        ("distance", "a", False),
        ("max_speed", "reached", True),
        ("max_speed", "for", False),
        ("moving_time", "after", True),
        ("moving_time", "a", False),
    ],
)
def test_a_slot_stands_only_behind_words_that_are_right(slot: str, word: str, *, may: bool) -> None:
    assert (f'"{word}"' in rule("m0", gbnf([slot]))) == may


@pytest.mark.parametrize(
    ("slot", "word", "may"),
    [
        ("distance", "of", True),
        ("distance", "uphill", False),
        ("moving_time", "you", True),
        ("moving_time", "faster", False),
    ],
)
def test_only_words_that_are_right_stand_behind_a_slot(slot: str, word: str, *, may: bool) -> None:
    assert (f'"{word}"' in rule("a1", gbnf([slot]))) == may


def test_a_time_of_the_day_may_stand_behind_a_day() -> None:
    assert '" {part_of_day}" a2' in rule("a1", gbnf(["day", "part_of_day"]))


def test_no_rule_has_a_digit_that_could_be_written() -> None:
    grammar = gbnf(["distance", "moving_time"])
    written = [part for line in grammar.splitlines() for part in line.split('"')[1::2]]
    assert not any(char.isdigit() for char in "".join(written))
