"""A draft sentence by sentence, with an engine that writes what the test says."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from typing_extensions import override

from builders import facts_like
from stridetale.activity import Weather
from stridetale.draft import SLOT, Draft
from stridetale.sports import known_sport_types
from stridetale.writers import habits
from stridetale.writers.asks import Ask
from stridetale.writers.engine import Engine, Piece
from stridetale.writers.prompt import read_answer
from stridetale.writers.sentences import (
    MOST_SENTENCES,
    RECENT,
    TITLES,
    TRIES,
    Sentences,
)
from writers.grammars import allows

TITLE = "Steady Legs\n"
FIRST = "You rode {distance} in {moving_time}."
MORE = (
    " Your hands were steady, and your back was straight.",
    " Your legs were heavy, and your breath was loud.",
    " Your cheeks were red, and your heart was calm.",
)
LAST = " You got off the bike and smiled."
STORY = (TITLE, FIRST, *MORE, LAST)
"""Together they are long enough."""
FACT = " You rode {distance} in {moving_time} and smiled."
FALSE = " You smiled on this Sunday."
"""The activity was on a Tuesday."""


@dataclass
class Scripted(Engine):
    """Writes the next line of its script each time, and notes what it was asked; then nothing."""

    script: list[str]
    asked: list[Ask] = field(default_factory=list)
    forgot: int = 0

    @override
    def wave(self, ask: Ask, *, count: int, seed: int, receive: Callable[[Piece], bool]) -> None:
        self.asked.append(ask)
        for candidate in range(count):
            text = self.script.pop(0) if self.script else ""
            receive(Piece(candidate, text, tokens=3)) or receive(Piece(candidate, "", end="stop"))

    @override
    def forget(self) -> None:
        self.forgot += 1


@dataclass
class Written:
    """What came of a script."""

    engine: Scripted
    pieces: list[Piece]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def draft(self) -> Draft | None:
        """The whole draft; None where it was given up."""
        return read_answer(self.text) if self.pieces and self.pieces[-1].end else None


def written(
    *script: str,
    at_once: int = 1,
    stopped: Callable[[], bool] | None = None,
    before: Sequence[Draft] = (),
    **fields: Any,  # noqa: ANN401 (any field)
) -> Written:
    engine, pieces = Scripted(list(script)), list[Piece]()
    Sentences(
        engine,
        facts_like(on="Tuesday", **fields),
        "plain",
        seed=1,
        at_once=at_once,
        receive=pieces.append,
        stopped=stopped or (lambda: False),
        before=before,
    ).write()
    return Written(engine, pieces)


def test_good_lines_are_each_written_once() -> None:
    whole = written(*STORY)
    assert whole.text == "".join(STORY)
    assert len(whole.engine.asked) == len(STORY)


def test_a_draft_begins_with_a_clear_head() -> None:
    assert written(*STORY).engine.forgot == 1


def test_each_line_goes_on_from_those_before_it() -> None:
    asked = written(*STORY).engine.asked
    begun = ["".join(m["content"] for m in a.messages if m["role"] == "assistant") for a in asked]
    assert begun[:3] == ["", TITLE, TITLE + FIRST]


def test_every_line_is_told_as_soon_as_it_goes_on() -> None:
    assert [piece.text for piece in written(*STORY).pieces] == [*STORY, ""]


def test_a_false_line_is_written_again() -> None:
    whole = written(TITLE, FIRST, FALSE, *MORE, LAST)
    assert whole.text == "".join(STORY)
    assert [piece.tokens for piece in whole.pieces] == [3, 3, 6, 3, 3, 3, 0]


def test_a_draft_of_which_no_line_goes_on_is_given_up() -> None:
    whole = written(TITLE, FIRST, *[FALSE] * TRIES, *MORE)
    assert (whole.draft, whole.text) == (None, TITLE + FIRST)


def test_the_first_true_one_of_lines_that_are_tried_at_once_goes_on() -> None:
    both = [line for good in STORY for line in (FALSE, good)]
    assert written(*both, at_once=2).text == "".join(STORY)


def test_a_sentence_that_is_cut_off_is_written_again() -> None:
    assert written(TITLE, FIRST, " Your hands were", *MORE, LAST).text == "".join(STORY)


def test_the_story_is_over_with_its_last_sentence() -> None:
    whole = written(*STORY, " You rested.")
    assert whole.draft == Draft(title=TITLE.strip(), body="".join(STORY[1:]))


def test_a_paragraph_has_so_many_sentences_at_the_most() -> None:
    short = (" You stopped.", " You smiled.", " You rested.", " You stood still.", " You sat.")
    whole = written(TITLE, FIRST, *short, LAST, LAST)
    assert whole.draft is not None
    assert whole.draft.body.count(".") == MOST_SENTENCES


def test_a_sentence_that_would_make_it_too_long_is_not_taken() -> None:
    parts = ("legs", "arms", "back", "hands", "feet", "knees", "hips")
    long = " " + ", ".join(f"your {part} were tired" for part in parts).capitalize() + "."
    whole = written(TITLE, FIRST, *MORE, *[long] * TRIES)
    assert whole.text == "".join(STORY[:-1])


def test_nothing_more_is_written_once_nobody_wants_it() -> None:
    asked = list[int]()

    def stopped() -> bool:
        asked.append(1)
        return len(asked) > 4

    whole = written(*STORY, stopped=stopped)
    assert whole.draft is None
    assert len(whole.engine.asked) < 4


def openings() -> list[str]:
    known = habits.ways(facts_like(on="Tuesday"), "plain").sentences
    return [one.text for one in known if one.place == "opening"]


def all_titles() -> list[str]:
    known = habits.ways(facts_like(on="Tuesday"), "plain")
    return [title for group in known.titles for title in group]


def thread() -> list[habits.Sentence]:
    """What a story says of its idea: its first, its third and its last sentence."""
    known = habits.ways(facts_like(on="Tuesday"), "plain").sentences
    own = [one for one in known if one.own]
    told = Counter(one.title for one in own)
    first = next(one for one in own if told[one.title] == 3)
    return sorted((one for one in own if one.title == first.title), key=lambda one: one.number)


def before_titled(*titles: str) -> list[Draft]:
    return [Draft(title=title, body="You rode.") for title in titles]


def draw(before: Sequence[Draft]) -> list[str]:
    """The titles that the engine may choose from."""
    grammar = written(*STORY, before=before).engine.asked[0].grammar
    return [title for title in all_titles() if allows(grammar, f"{title}\n")]


class TestWays:
    """What the engine may write."""

    def test_some_titles_of_those_that_promise_most_are_drawn_to_choose_from(self) -> None:
        [best, *_] = habits.ways(facts_like(on="Tuesday"), "plain").titles
        drawn = draw([])
        assert len(drawn) == TITLES
        assert set(drawn) <= set(best)

    def test_where_few_of_the_best_are_untold_others_are_drawn_beside_them(self) -> None:
        [best, *_] = habits.ways(facts_like(on="Tuesday"), "plain").titles
        drawn = draw(before_titled(*best[1:]))
        assert len(drawn) == TITLES
        assert set(drawn) & set(best) == {best[0]}

    def test_no_title_comes_again_while_there_are_others(self) -> None:
        drawn = [draw(before_titled(*told)) for told in ([], all_titles()[:-1])]
        assert len(drawn[0]) == TITLES
        assert drawn[1] == all_titles()[-1:]

    def test_when_all_titles_are_told_one_comes_again_that_is_long_ago(self) -> None:
        told = all_titles()
        assert set(draw(before_titled(*told))) <= set(told[len(told) // 2 :])

    def test_a_sentence_of_a_new_story_does_not_come_again(self) -> None:
        opening = written(*STORY).engine.asked[1].grammar
        said = next(text for text in openings() if allows(opening, text))
        asked = written(*STORY, before=[Draft(title="A Ride", body=said)]).engine.asked
        assert not allows(asked[1].grammar, said)

    def test_a_sentence_of_an_old_story_may_come_again(self) -> None:
        opening = written(*STORY).engine.asked[1].grammar
        said = next(text for text in openings() if allows(opening, text))
        before = [
            *[Draft(title="A Ride", body="You rode.")] * RECENT,
            Draft(title="A Ride", body=said),
        ]
        asked = written(*STORY, before=before).engine.asked
        assert allows(asked[1].grammar, said)

    def test_the_weather_may_be_told_second(self) -> None:
        known: dict[str, Any] = dict.fromkeys(("distance_m", "elevation_gain_m", "max_speed_mps"))
        known |= {"sport_type": "Juggling", "weather": Weather(temperature_c=14.0)}
        asked = written(TITLE, "You began.", **known).engine.asked
        assert "{temperature}" in asked[2].grammar

    def test_a_story_opens_and_closes_as_stories_do(self) -> None:
        places = {one.text: one.place for one in habits.ways(facts_like(), "plain").sentences}
        asked = written(*STORY).engine.asked
        opening, closing = asked[1].grammar, asked[-1].grammar
        assert any(allows(opening, text) for text in places if places[text] == "opening")
        assert any(allows(closing, f" {text}") for text in places if places[text] == "closing")
        assert not any(allows(closing, f" {text}") for text in places if places[text] == "opening")

    def test_what_is_told_is_not_told_again(self) -> None:
        again = written(*STORY).engine.asked[2].grammar
        assert "{distance}" not in again
        assert "{moving_time}" not in again

    def test_what_was_spoken_of_is_not_spoken_of_again(self) -> None:
        asked = written(TITLE, FIRST, *MORE, LAST).engine.asked
        assert not allows(asked[3].grammar, MORE[0])

    def test_facts_that_must_be_told_are_told_in_the_end(self) -> None:
        silent = (" You stopped.", " You smiled.", " You rested.")
        whole = written(TITLE, silent[0].strip(), *silent[1:])
        assert whole.text.startswith(f"{TITLE}You stopped. You smiled. You rested. ")
        assert "{elevation_gain} over {distance}" in whole.text

    @pytest.mark.parametrize("sport_type", [*known_sport_types(), "Juggling"])
    def test_there_is_a_way_on_in_every_sport(self, sport_type: str) -> None:
        asked = written("A Good Heart\n", sport_type=sport_type).engine.asked
        assert len(asked) == 1 + TRIES  # a title, and an opening that is never written
        assert not SLOT.search(asked[0].grammar)


class TestThreads:
    """What stands in its own story alone, under its own title."""

    def test_a_story_begins_as_the_title_promises(self) -> None:
        first, _, _ = thread()
        assert written(f"{first.title}\n").text == f"{first.title}\n{first.text}"

    def test_what_can_be_said_in_one_way_is_not_asked_of_the_model(self) -> None:
        first, _, _ = thread()
        assert len(written(f"{first.title}\n", FACT).engine.asked) == len(("title", "fact")) + TRIES

    def test_the_idea_is_taken_up_again_when_a_fact_is_told(self) -> None:
        first, third, _ = thread()
        whole = written(f"{first.title}\n", FACT, elevation_gain_m=None)
        assert whole.text.endswith(f"{FACT} {third.text}")

    def test_a_story_ends_as_the_title_promises(self) -> None:
        first, _, last = thread()
        whole = written(f"{first.title}\n", FACT, *MORE[:2])
        assert whole.draft is not None
        assert whole.draft.body.endswith(f" {last.text}")

    def test_no_other_story_says_what_stands_in_its_own_alone(self) -> None:
        own = [one for one in habits.ways(facts_like(on="Tuesday"), "plain").sentences if one.own]
        asked = written(*STORY).engine.asked
        assert own
        assert not any(
            allows(ask.grammar, f"{ahead}{one.text}")
            for one in own
            for ask in asked
            for ahead in ("", " ")
        )
