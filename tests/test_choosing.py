from statistics import median
from time import process_time, thread_time

import pytest

from builders import a_draft, facts_like
from stridetale.choosing import APART, Score, beginning, final_contradictions, rank
from stridetale.composer import compose
from stridetale.draft import Draft
from stridetale.facts import Facts

FACTS = facts_like(on="Tuesday")
BODY = "The hills kept their distance. You rode {distance} all the same."


def composed(seed: int, facts: Facts = FACTS) -> Draft:
    return compose(facts, tone="plain", seed=seed)


def faults(body: str, title: str = "A Quiet Ride", **told: Draft) -> tuple[str, ...]:
    return rank(a_draft(body, title), FACTS, before=list(told.values())).faults


def echoes(body: str) -> tuple[str, ...]:
    return rank(a_draft(body), FACTS).echoes


# --- what may not be told --------------------------------------------------------------------


def test_a_draft_of_ordinary_words_has_no_fault() -> None:
    assert faults(BODY) == ()


def test_an_invented_word_is_a_fault() -> None:
    assert faults("The hills youchevoudened.") == ("no word: youchevoudened",)


def test_an_invented_word_in_the_title_is_a_fault() -> None:
    assert faults(BODY, "The Brimmery") == ("no word: brimmery",)


def test_each_part_of_a_hyphenated_word_is_looked_up() -> None:
    assert faults("A pre-dawn tick-tock over well-worn gravel.") == ()
    assert faults("A well-wornish gravel.") == ("no word: wornish",)


def test_slots_are_no_words() -> None:
    assert faults("You rode {elevation_gain} in {moving_time}.") == ()


def test_words_of_the_athletes_own_are_known() -> None:
    facts = facts_like(gear="Zwift Schwalbe")
    assert rank(a_draft("Zwift's hills."), facts).faults == ()


def test_a_word_that_comes_five_times_is_a_loop() -> None:
    assert faults("Water and water. The water and water by water.") == ("goes round: water",)


def test_little_words_may_come_often() -> None:
    assert faults("The one and the two and the three and the four and the five.") == ()


def test_a_sentence_that_repeats_another_in_other_little_words_is_a_loop() -> None:
    body = "The pedals hum under the bridge. So hum your pedals, and then the bridge."
    assert faults(body) == ("goes round: bridge hum pedals",)


def test_a_word_twice_in_a_row_is_a_fault() -> None:
    assert faults("The road went in in the bend.") == ("goes round: in in",)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("The skis held, and your poles held the poles.", "poles"),
        ("The hard parts were hard for a long time.", "hard"),
        ("The air was like air.", "air"),
    ],
)
def test_what_is_said_of_itself_is_a_fault(body: str, word: str) -> None:
    assert faults(body) == (f"goes round: {word} … {word}",)


@pytest.mark.parametrize(
    "body",
    [
        "Step by step you went up the hill.",
        "You had quick hops and quick turns.",
        "You placed the left foot and then the right foot.",
        "The road was long, and you were on the road.",
    ],
)
def test_a_word_that_is_paired_with_itself_is_none(body: str) -> None:
    assert faults(body) == ()


def test_a_word_at_an_end_and_at_the_next_beginning_is_none() -> None:
    assert faults("You rode on. On the road.") == ()


def test_short_sentences_are_not_compared() -> None:
    assert faults("The road hummed. The road hummed along.") == ()


def test_a_title_that_the_athlete_has_is_a_fault() -> None:
    before = a_draft("Something else.", "A quiet ride")
    assert faults(BODY, "A Quiet Ride", one=before) == ("told before: A Quiet Ride",)


# --- what costs points -----------------------------------------------------------------------


def test_a_title_that_the_athlete_has_long_had_is_a_fault() -> None:
    before = [a_draft(title=f"Road {word}") for word in ("one", "two", "three", "four", "five")]
    old = a_draft(title="A Road to Remember")
    told = rank(a_draft(title="A Road to Remember"), facts_like(), before=[*before, old])
    assert told.faults == ("told before: A Road to Remember",)


def test_a_title_may_come_again_after_a_while() -> None:
    others = [a_draft(title=f"Road {n}") for n in range(APART)]
    again = a_draft(title="A Road to Remember")
    assert rank(again, facts_like(), before=[*others, again]).faults == ()


def test_a_draft_without_blemishes_loses_no_points() -> None:
    assert rank(a_draft(BODY), FACTS).points == 0.0


def test_a_word_that_comes_three_times_is_an_echo() -> None:
    assert echoes("A gate, then a gate. Another gate stood open.") == ("gate",)


def test_three_words_that_come_twice_are_an_echo() -> None:
    assert echoes("Past the old mill you went, and the old mill watched.") == ("the old mill",)


def test_three_sentences_that_begin_alike_are_an_echo() -> None:
    assert echoes("You rode. You climbed. You slept.") == ("you … you … you …",)


def test_two_sentences_that_begin_alike_are_none() -> None:
    assert echoes("You rode. You climbed. Then came sleep. You dreamt.") == ()


def test_an_echo_costs_points() -> None:
    assert Score(echoes=("gate", "road")).points == pytest.approx(-0.2)


def test_a_word_of_an_earlier_title_costs_points() -> None:
    score = rank(a_draft(BODY, "The Patient Hills"), FACTS, before=[a_draft("x", "Patient Legs")])
    assert score.title_words == ("patient",)
    assert score.points < 0


def test_an_image_of_an_earlier_story_costs_points() -> None:
    before = [a_draft("A pendulum on the road.")]
    score = rank(a_draft("The road was a pendulum."), FACTS, before=before)
    assert score.images == ("pendulum",)
    assert score.points < 0


def test_a_run_of_words_of_an_earlier_story_costs_points() -> None:
    before = [a_draft("At last the road let go of you.")]
    score = rank(a_draft("Then the road let go."), FACTS, before=before)
    assert score.runs == ("the road let go",)
    assert score.points < 0


def test_runs_do_not_go_across_sentences_and_slots() -> None:
    before = [a_draft("Off the road. Let go of {distance} on the road.")]
    score = rank(a_draft("The road. Let go of {distance} on the road."), FACTS, before=before)
    assert score.runs == ()


# --- beginnings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "Two Wheels", "Two Wheels\nYou rode", "Two Wheels\nYou rode 42."]
)
def test_before_a_sentence_is_finished_there_is_no_beginning(text: str) -> None:
    assert beginning(text, FACTS) is None


def test_a_title_with_a_mark_is_no_beginning() -> None:
    assert beginning("Ready?", FACTS) is None


def test_a_finished_title_is_a_beginning() -> None:
    assert beginning("Two Wheels\n", FACTS) == a_draft("", "Two Wheels")


@pytest.mark.parametrize("text", ["\n", "Two Wheels\nYou rode on\n"])
def test_a_line_that_is_no_title_is_no_beginning(text: str) -> None:
    assert beginning(text, FACTS) is None


def test_a_beginning_has_the_title_and_what_is_finished() -> None:
    assert beginning("Two Wheels\nYou rode.", FACTS) == a_draft("You rode.", "Two Wheels")


def test_numbers_of_a_beginning_are_read_back() -> None:
    begun = beginning("Two Wheels\nYou rode 42.3 km.", FACTS)
    assert begun is not None
    assert begun.slots == ("distance",)


def test_a_wrong_day_is_final() -> None:
    [found] = final_contradictions(a_draft("You rode on a Sunday."), FACTS)
    assert found.kind == "day"


def test_a_number_is_final() -> None:
    [found] = final_contradictions(a_draft("You rode 7 hills."), FACTS)
    assert found.kind == "number"


def test_that_it_is_short_is_not_final() -> None:
    assert final_contradictions(a_draft("You rode."), FACTS) == []


@pytest.mark.parametrize("seed", range(40))
def test_no_beginning_of_a_true_story_has_anything_final(seed: int) -> None:
    facts = facts_like(sport_type=["Ride", "Run", "Hike", "Swim"][seed % 4])
    whole = composed(seed, facts)
    text = f"{whole.title}\n{whole.body}"
    ends = [end + 1 for end in range(len(text)) if text[end] in ".!?"]
    begun = [draft for end in ends if (draft := beginning(text[:end], facts)) is not None]
    assert begun[-1] == whole
    assert [final_contradictions(draft, facts) for draft in begun] == [[]] * len(begun)


# --- speed -----------------------------------------------------------------------------------


def test_a_rank_takes_a_few_milliseconds_at_most() -> None:
    before = [composed(seed) for seed in range(20)]
    rank(composed(100), FACTS, before=before)
    seconds = []
    for seed in range(101, 150):
        draft = composed(seed)
        began = process_time()
        rank(draft, FACTS, before=before)
        seconds.append(process_time() - began)
    assert median(seconds) < 0.005  # 0.0006 where nothing counts the lines and nobody else works


def test_ten_times_as_many_words_cost_little_more_than_ten_times_as_much() -> None:
    def seconds(words: int) -> float:
        text = " ".join(["hill", "rode", "your", "legs", "again"] * (words // 5))
        began = thread_time()
        rank(a_draft(text), FACTS)
        return thread_time() - began

    seconds(500)
    assert seconds(10_000) < 30 * max(seconds(1_000), 0.001)
