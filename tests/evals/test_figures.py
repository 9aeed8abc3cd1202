import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridetale.evals.figures import (
    Training,
    distinct,
    percentile,
    self_bleu,
    share,
    words_of,
)

CAT = ["the", "cat", "sat", "on", "the", "mat"]
DOG = ["a", "dog", "ran", "over", "my", "rug"]
FOX = ["some", "foxes", "hide", "under", "old", "trees"]
texts = st.lists(st.lists(st.sampled_from("abcde"), min_size=4, max_size=12), min_size=2)


def test_words_are_small_letters_without_marks() -> None:
    assert words_of("“It’s half-past,” said You!") == ["it's", "half-past", "said", "you"]


def test_a_slot_is_one_word() -> None:
    assert words_of("After {moving_time}, home.") == ["after", "{moving_time}", "home"]


def test_half_of_the_values_are_below_the_50th_percentile() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0, 5.0], 50) == 3.0


def test_the_95th_percentile_lies_near_the_top() -> None:
    assert percentile([float(n) for n in range(101)], 95) == 95.0


def test_of_one_value_every_percentile_is_that_value() -> None:
    assert percentile([7.0], 95) == 7.0


def test_a_share_of_nothing_is_none_of_it() -> None:
    assert share(0, 0) == 0.0


def test_all_runs_of_a_text_that_repeats_nothing_are_distinct() -> None:
    assert distinct([CAT], 3) == 1.0


def test_of_two_equal_texts_half_the_runs_are_distinct() -> None:
    assert distinct([CAT, CAT], 3) == 0.5


def test_equal_texts_have_a_self_bleu_of_one() -> None:
    assert self_bleu([CAT, CAT]) == pytest.approx(1.0)


def test_texts_without_a_word_in_common_have_a_self_bleu_of_almost_nothing() -> None:
    assert self_bleu([CAT, DOG, FOX]) < 0.05


def test_more_in_common_is_more_self_bleu() -> None:
    near = [["the", "cat", "sat", "on", "the", "rug"], CAT]
    assert self_bleu([CAT, DOG]) < self_bleu(near) < 1.0


def test_one_text_is_like_no_other() -> None:
    assert self_bleu([CAT]) == 0.0


def test_a_text_shorter_than_those_like_it_loses_points() -> None:
    long = [*CAT, *DOG]
    assert self_bleu([CAT, long]) < self_bleu([long, long])


@given(texts)
def test_self_bleu_lies_between_nothing_and_one(some: list[list[str]]) -> None:
    assert 0.0 <= self_bleu(some) <= 1.0 + 1e-9


@given(texts)
def test_self_bleu_does_not_depend_on_the_order(some: list[list[str]]) -> None:
    assert self_bleu(some) == pytest.approx(self_bleu(some[::-1]))


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("then the cat sat on a chair", 4),
        ("the cat sat on the mat", 6),
        ("dog ran over my rug the cat", 5),
        ("a cat and the cat", 2),
        ("one mat", 1),
        ("nothing in common", 0),
        ("", 0),
    ],
)
def test_the_longest_run_shared_with_training_data_is_found(text: str, longest: int) -> None:
    assert Training([CAT, DOG]).shared_run(text.split()) == longest


def test_no_run_goes_from_one_text_of_the_training_data_to_the_next() -> None:
    assert Training([CAT, DOG]).shared_run(["the", "mat", "a", "dog"]) == 2


@given(texts, st.lists(st.sampled_from("abcde"), max_size=12))
def test_the_longest_run_is_what_a_plain_search_finds(
    some: list[list[str]], text: list[str]
) -> None:
    def is_shared(run: list[str]) -> bool:
        return any(
            one[at : at + len(run)] == run for one in some for at in range(len(one) - len(run) + 1)
        )

    parts = [text[a:b] for a in range(len(text)) for b in range(a + 1, len(text) + 1)]
    longest = max((len(part) for part in parts if is_shared(part)), default=0)
    assert Training(some).shared_run(text) == longest
