import pytest

from stridetale.writers.grammar import free, gbnf
from stridetale.writers.habits import Company
from writers.grammars import allows

TITLE = {".": ["A"], "A": ["Way", "."], "Way": ["."]}
BODY = {
    ".": ["you", "{distance}", "on", "after"], "you": ["rested", "rode"], "rested": ["."],
    "rode": [".", "on", "{distance}"], "{distance}": ["of", "."], "of": ["hills"],
    "hills": [".", ","], ",": ["and"], "and": ["you"], "on": ["{day}"],
    "{day}": [".", "you", "{part_of_day}"], "{part_of_day}": ["you", "."],
    "after": ["{distance}"],
}  # fmt: skip
REST = "You rested. You rested. You rested."


def may_be_told(body: str, *slots: str, title: str = "A Way") -> bool:
    return allows(gbnf(slots, Company(BODY, TITLE), least=1), f"{title}\n{body}")


@pytest.mark.parametrize(
    "first",
    [
        "You rode {distance}.",
        "You rode {distance} of hills.",
        "You rode {distance} of hills, and you rested.",
        "{distance} of hills.",
        "After {distance} of hills, and you rode.",
    ],
)
def test_a_slot_stands_where_stories_have_it(first: str) -> None:
    assert may_be_told(f"{first} {REST}", "distance")


@pytest.mark.parametrize(
    "first",
    [
        "You rested {distance}.",  # nobody rests a distance
        "You rode, {distance}.",
        "On {distance}.",
        "You rode {distance} you rested.",
        "You rode {distance}, and you rested.",
    ],
)
def test_a_slot_stands_nowhere_else(first: str) -> None:
    assert not may_be_told(f"{first} {REST}", "distance")


@pytest.mark.parametrize("first", ["You you rested.", "Rode you.", "You rode hills.", "You ran."])
def test_words_stand_only_as_in_a_story(first: str) -> None:
    assert not may_be_told(f"{first} {REST} You rode {{distance}}.", "distance")


def test_a_time_of_the_day_may_stand_right_behind_a_day() -> None:
    assert may_be_told(f"On {{day}} {{part_of_day}} you rested. {REST}", "day", "part_of_day")


def test_slots_stand_in_their_order() -> None:
    both = f"You rode {{distance}}. On {{day}} you rested. {REST}"
    assert may_be_told(both, "distance", "day")
    assert not may_be_told(both, "day", "distance")


def test_as_many_slots_as_are_needed_are_written() -> None:
    assert not may_be_told(f"You rode. {REST}", "distance")
    assert may_be_told(f"You rode {{distance}}. {REST}", "distance", "day")


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
    ("title", "may"), [("A Way", True), ("A", True), ("Way", False), ("a way", False)]
)
def test_a_title_keeps_to_the_titles_of_stories(title: str, *, may: bool) -> None:
    assert may_be_told(f"You rode {{distance}}. {REST}", "distance", title=title) == may


def test_a_slot_that_no_story_has_is_not_asked_for() -> None:
    assert may_be_told(f"You rode {{distance}}. {REST}", "gear", "distance")


def test_what_leads_nowhere_is_not_in_the_grammar() -> None:
    assert "dead" not in gbnf(["distance"], Company({**BODY, "dead": ["end"]}, TITLE), least=1)


def test_a_free_grammar_has_all_slots() -> None:
    assert 'slot ::= "{day}" | "{distance}"' in free(["day", "distance"]).splitlines()


def test_a_free_grammar_has_no_digit_that_could_be_written() -> None:
    written = free(["day"]).split('"')[1::2]
    assert not any(char.isdigit() for char in "".join(written))
