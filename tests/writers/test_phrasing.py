import pytest

from stridetale.writers.phrasing import Words, graph, list_of
from writers.grammars import allows


def words_of(sentence: str) -> Words:
    """A sentence in words and marks: a space and a full stop are as good as any."""
    first, *rest = sentence.removesuffix(".").split(" ")
    return (first, *(f" {word}" for word in rest), ".")


ROWED = "You rowed over the wide calm lake with a long pull."
TIRED = "Your hands were sore over the wide calm lake in the end."
FAR = "You rowed {distance} in {moving_time}."


def may_be_said(sentence: str, *known: str, ahead: str = "") -> bool:
    return allows(graph(map(words_of, known), ahead=ahead), sentence)


@pytest.mark.parametrize("sentence", [ROWED, TIRED])
def test_every_sentence_may_be_said(sentence: str) -> None:
    assert may_be_said(sentence, ROWED, TIRED)


@pytest.mark.parametrize(
    "sentence",
    [
        "You rowed over the wide calm lake in the end.",
        "Your hands were sore over the wide calm lake with a long pull.",
    ],
)
def test_where_two_sentences_meet_for_five_words_either_may_go_on(sentence: str) -> None:
    assert may_be_said(sentence, ROWED, TIRED)


def test_where_they_meet_for_fewer_words_neither_goes_on_as_the_other() -> None:
    other = "You saw the wide calm lake in the end."
    assert not may_be_said("You saw the wide calm lake with a long pull.", ROWED, other)


def test_a_sentence_may_begin_as_another_one() -> None:
    assert may_be_said("You rowed and rested.", ROWED, "You rowed and rested.")


@pytest.mark.parametrize("sentence", ["", "You rowed.", "Rowed over the calm lake.", f"{ROWED} "])
def test_nothing_else_may_be_said(sentence: str) -> None:
    assert not may_be_said(sentence, ROWED, TIRED)


def test_a_slot_is_a_word() -> None:
    assert may_be_said(FAR, FAR)
    assert not may_be_said("You rowed 7 kilometres in {moving_time}.", FAR)


def test_a_slot_that_was_written_is_not_written_again() -> None:
    turned = "In {moving_time} you rowed on and on and on over {distance}."
    over = "You rowed on and on and on over {moving_time}."
    grammar = graph(map(words_of, (turned, over)))
    assert not allows(grammar, "In {moving_time} you rowed on and on and on over {moving_time}.")


def test_what_stands_ahead_stands_before_each_sentence() -> None:
    assert may_be_said(f" {ROWED}", ROWED, TIRED, ahead=" ")
    assert not may_be_said(ROWED, ROWED, TIRED, ahead=" ")


def test_words_in_a_circle_come_to_an_end() -> None:
    rounds = "On and on and on and on and on you went."
    assert may_be_said(rounds, rounds)


def test_letters_that_words_share_are_written_once() -> None:
    assert graph(map(words_of, ("Hands.", "Handles.", "Handle."))).count('"Hand') == 1


@pytest.mark.parametrize(("line", "may"), [("A\n", True), ("A Bike\n", True), ("A", False)])
def test_a_list_allows_its_lines_alone(line: str, *, may: bool) -> None:
    assert allows(list_of(["A\n", "A Bike\n", "The Bike\n"]), line) == may
