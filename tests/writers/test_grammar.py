from collections.abc import Sequence

import pytest

from stridetale.writers.grammar import free, gbnf

WORDS = ("a", "after", "climb", "climbed", "climbing", "for", "of", "reached", "the", "you")


def grammar_of(*slots: str, words: Sequence[str] = WORDS) -> str:
    return gbnf(slots, words)


def spelled(grammar: str, name: str = "word") -> set[str]:
    """All that a rule of spelling allows."""
    found: set[str] = set()
    for alternative in rule(name, grammar).split(" | "):
        letters, _, rest = alternative.partition(" ")
        ends = spelled(grammar, rest) if rest else {""}
        found |= {letters.strip('"') + end for end in ends}
    return found


def rule(name: str, grammar: str) -> str:
    [line] = [line for line in grammar.splitlines() if line.startswith(f"{name} ::= ")]
    return line.removeprefix(f"{name} ::= ")


def test_a_sentence_may_begin_with_the_first_slot() -> None:
    assert ' | "{distance}" a1n1 | ' in rule("s0n1", grammar_of("distance", "moving_time"))


def test_the_second_slot_follows_only_after_the_first() -> None:
    grammar = grammar_of("day", "distance")
    assert "{distance}" not in rule("m0n1", grammar)
    assert "{distance}" in rule("m1n1", grammar)


def test_a_story_ends_only_where_all_slots_are_written() -> None:
    grammar = grammar_of("day", "distance")
    ends = [rule(f"e{used}n4", grammar) for used in range(3)]
    assert ends == ['" " s0n5', '" " s1n5', '(" " s2n5)?']


def test_a_story_does_not_end_with_its_third_sentence() -> None:
    assert rule("e1n3", grammar_of("day")) == '" " s1n4'


def test_a_story_ends_with_its_sixth_sentence() -> None:
    assert rule("e1n6", grammar_of("day")) == '""'


def test_the_sixth_sentence_does_not_end_before_all_slots_are_written() -> None:
    assert "[.!?]" not in rule("m0n6", grammar_of("day"))


def test_no_slot_is_written_twice() -> None:
    assert "{day}" not in "".join(
        rule(name, grammar_of("day")) for name in ("s1n1", "m1n1", "a1n1")
    )


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
    assert (f'"{word}"' in rule("m0n1", grammar_of(slot))) == may


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
    assert (f'"{word}"' in rule("a1n1", grammar_of(slot))) == may


def test_a_time_of_the_day_may_stand_behind_a_day() -> None:
    assert '" {part_of_day}" a2n1' in rule("a1n1", grammar_of("day", "part_of_day"))


def test_no_rule_has_a_digit_that_could_be_written() -> None:
    grammar = grammar_of("distance", "moving_time")
    written = [part for line in grammar.splitlines() for part in line.split('"')[1::2]]
    assert not any(char.isdigit() for char in "".join(written))


def test_just_the_words_may_be_written() -> None:
    assert spelled(grammar_of("distance")) == set(WORDS)


def test_a_sentence_begins_with_a_capital() -> None:
    assert spelled(grammar_of("distance"), "capital") == {word.capitalize() for word in WORDS}


def test_no_slot_stands_behind_a_word_that_may_not_be_written() -> None:
    assert '"after"' not in rule("m0n1", grammar_of("moving_time", words=("a", "you")))


def test_like_endings_are_written_down_once() -> None:
    few, more = (
        grammar_of("distance", words=words).count("::=")
        for words in (
            ["walk", "walked", "walking"],
            ["talk", "talked", "talking", "walk", "walked", "walking"],
        )
    )
    assert more == few


def test_a_free_grammar_has_all_slots() -> None:
    assert rule("slot", free(["day", "distance"])) == '"{day}" | "{distance}"'


def test_a_free_grammar_has_no_digit_that_could_be_written() -> None:
    written = free(["day"]).split('"')[1::2]
    assert not any(char.isdigit() for char in "".join(written))
