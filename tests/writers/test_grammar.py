import pytest

from stridetale.writers.grammar import free, gbnf
from stridetale.writers.habits import Vocabulary
from writers.grammars import allows

WORDS = Vocabulary(
    words={"you", "rode", "rested", "hills", "of", "and", "on", "after", "took", "speed", "was"},
    begins={"you", "on", "after"},
    titles={"A", "Long", "the", "Way"},
    title_begins={"A", "the"},
    title_ends={"Way"},
    before={
        "distance": {"rode", "after", "."},
        "moving_time": {"took", "in"},
        "day": {"on"},
        "part_of_day": {"this"},
        "max_speed": {"speed was"},
        "gear": (),
    },
    behind={
        "distance": {"of", "took", "."},
        "moving_time": {".", ",", "of"},
        "day": {"you", ".", "{part_of_day}"},
        "part_of_day": {"you", "."},
        "max_speed": {"."},
        "gear": (),
    },
)
REST = "You rested. You rested. You rested."


def may_be_told(body: str, *slots: str, title: str = "A Way", least: int = 1) -> bool:
    return allows(gbnf(slots, WORDS, least=least), f"{title}\n{body}")


@pytest.mark.parametrize(
    "first",
    [
        "You rode {distance}.",
        "You rode {distance} of hills.",
        "You rode {distance} of hills, and you rested.",
        "{distance} of hills.",
        "After {distance} of hills and you.",
    ],
)
def test_a_slot_stands_where_stories_have_it(first: str) -> None:
    assert may_be_told(f"{first} {REST}", "distance")


@pytest.mark.parametrize(
    "first",
    [
        "You rested {distance}.",  # nobody rests a distance
        "You rode, {distance}.",
        "You rode {distance} you rested.",
        "You rode {distance}, and you rested.",
    ],
)
def test_a_slot_stands_nowhere_else(first: str) -> None:
    assert not may_be_told(f"{first} {REST}", "distance")


def test_words_stand_in_any_order() -> None:
    assert may_be_told(f"You hills of, and on you rode {{distance}}. {REST}", "distance")


@pytest.mark.parametrize("first", ["You ran.", "Hills rested.", "you rested.", "You 7."])
def test_no_other_word_stands_anywhere(first: str) -> None:
    assert not may_be_told(f"{first} {REST} You rode {{distance}}.", "distance")


def test_a_number_that_needs_its_context_has_it() -> None:
    assert may_be_told(f"You rode and speed was {{max_speed}}. {REST}", "max_speed")
    assert not may_be_told(f"You rode and was {{max_speed}}. {REST}", "max_speed")


def test_a_word_behind_a_slot_may_lead_to_the_next_one() -> None:
    assert may_be_told(f"{{distance}} took {{moving_time}}. {REST}", "distance", "moving_time")


def test_a_comma_may_stand_behind_a_slot_where_stories_have_it() -> None:
    first = "{distance} took {moving_time}, and you rested."
    assert may_be_told(f"{first} {REST}", "distance", "moving_time")


def test_a_slot_may_stand_right_behind_another_one() -> None:
    first = "You rode on {day} {part_of_day} you rested."
    assert may_be_told(f"{first} {REST}", "day", "part_of_day")


def test_slots_stand_in_their_order() -> None:
    both = f"You rode {{distance}}. You rode on {{day}}. {REST}"
    assert may_be_told(both, "distance", "day")
    assert not may_be_told(both, "day", "distance")


def test_as_many_slots_as_are_needed_are_written() -> None:
    assert not may_be_told(f"You rode. {REST}", "distance")
    assert may_be_told(f"You rode {{distance}}. {REST}", "distance", "day")
    assert not may_be_told(f"You rode {{distance}}. {REST}", "distance", "day", least=2)


def test_no_slot_is_written_twice() -> None:
    assert not may_be_told(f"You rode {{distance}}. You rode {{distance}}. {REST}", "distance")


def test_no_other_slot_is_written() -> None:
    assert not may_be_told(f"On {{day}} you rode {{distance}}. {REST}", "distance")


@pytest.mark.parametrize(("sentences", "may"), [(3, False), (4, True), (6, True), (7, False)])
def test_a_story_has_four_to_six_sentences(sentences: int, *, may: bool) -> None:
    body = "You rode {distance}." + " You rested." * (sentences - 1)
    assert may_be_told(body, "distance") == may


def test_the_last_slot_may_stand_in_the_last_sentence() -> None:
    assert may_be_told("You rested. " * 5 + "You rode {distance}.", "distance")


@pytest.mark.parametrize(
    ("title", "may"),
    [
        ("A Way", True),
        ("The Long Way", True),
        ("A Long Long the A Way", True),
        ("A Long Long the A Long Way", False),
        ("A", False),
        ("Long Way", False),
        ("A Long", False),
        ("a Way", False),
    ],
)
def test_a_title_keeps_to_the_titles_of_stories(title: str, *, may: bool) -> None:
    assert may_be_told(f"You rode {{distance}}. {REST}", "distance", title=title) == may


def test_a_slot_that_no_story_has_is_not_asked_for() -> None:
    assert may_be_told(f"You rode {{distance}}. {REST}", "gear", "distance")


def test_a_free_grammar_has_all_slots() -> None:
    assert 'slot ::= "{day}" | "{distance}"' in free(["day", "distance"]).splitlines()


def test_a_free_grammar_has_no_digit_that_could_be_written() -> None:
    written = free(["day"]).split('"')[1::2]
    assert not any(char.isdigit() for char in "".join(written))
