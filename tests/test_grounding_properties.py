"""For any true story: what makes it false is caught."""

import re
import time
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from stridetale.draft import Draft
from stridetale.grounding import contradictions
from stridetale.grounding.support import DAYS
from told import GOOD, PLAIN, the_facts

FIELDS: list[dict[str, Any]] = [fields for fields, _ in GOOD]
stories = st.sampled_from(GOOD)
PARTS = {"morning": "07:30", "afternoon": "13:30", "evening": "18:30", "night": "01:00"}


def kinds(draft: Draft, fields: dict[str, Any]) -> set[str]:
    return {found.kind for found in contradictions(draft, the_facts(**fields))}


def inserted(draft: Draft, word: str, at: float) -> Draft:
    """The draft with a word put into its body, between two words or after the last."""
    words = draft.body.split(" ")
    place = int(at * len(words))
    return draft.model_copy(update={"body": " ".join([*words[:place], word, *words[place:]])})


@given(stories, st.sampled_from("0123456789²½٣Ⅷ"), st.floats(0, 1))
def test_a_digit_anywhere_in_a_story_is_caught(
    story: tuple[dict[str, Any], Draft], digit: str, at: float
) -> None:
    fields, draft = story
    place = int(at * len(draft.body))
    body = draft.body[:place] + digit + draft.body[place:]
    assert kinds(draft.model_copy(update={"body": body}), fields)


@given(
    stories,
    st.sampled_from(
        ["seven kilometres", "two hours", "a thousand metres", "nine", "dozens", "miles", "km"]
    ),
    st.floats(0, 1),
)
def test_a_number_or_a_unit_in_words_anywhere_in_a_story_is_caught(
    story: tuple[dict[str, Any], Draft], words: str, at: float
) -> None:
    fields, draft = story
    assert kinds(inserted(draft, words, at), fields) & {"number", "unit"}


@given(stories, st.sampled_from(DAYS), st.sampled_from(DAYS), st.floats(0, 1))
def test_another_day_anywhere_in_a_story_is_caught(
    story: tuple[dict[str, Any], Draft], true: str, said: str, at: float
) -> None:
    assume(true != said)
    fields, draft = story
    assert "day" in kinds(inserted(draft, said, at), fields | {"on": true})


@given(stories, st.sampled_from(sorted(PARTS)), st.sampled_from(sorted(PARTS)), st.floats(0, 1))
def test_another_part_of_the_day_anywhere_in_a_story_is_caught(
    story: tuple[dict[str, Any], Draft], true: str, said: str, at: float
) -> None:
    assume(true != said)
    fields, draft = story
    short = {"at": PARTS[true], "moving_time_s": 2_700.0, "elapsed_time_s": 2_700.0}
    assert kinds(inserted(draft, said, at), fields | short) & {"time", "day"}  # "every evening"


@given(
    stories,
    st.sampled_from(["oars", "wickets", "snowboard", "kayak", "racket", "birdie", "namaste"]),
    st.floats(0, 1),
)
def test_a_word_of_another_sport_anywhere_in_a_story_is_caught(
    story: tuple[dict[str, Any], Draft], word: str, at: float
) -> None:
    fields, draft = story
    own = {"oars": "Rowing", "kayak": "Kayaking", "racket": "Tennis", "namaste": "Yoga"}
    assume(fields["sport_type"] != own.get(word))
    assert "sport" in kinds(inserted(draft, word, at), fields)


@given(
    st.text(max_size=300),
    st.text(max_size=300) | st.from_regex(r"(?:\{[a-z_]{0,14}\}?|[ .,'a-zA-Z]){0,80}"),
    st.sampled_from(FIELDS),
)
def test_no_text_makes_grounding_raise(title: str, body: str, fields: dict[str, Any]) -> None:
    assert contradictions(Draft(title=title, body=body), the_facts(**fields)) is not None


@given(stories)
def test_a_story_is_told_apart_from_its_own_repetition(
    story: tuple[dict[str, Any], Draft],
) -> None:
    fields, draft = story
    last = re.split(r"(?<=[.!?]) ", draft.body)[-1]
    twice = draft.model_copy(update={"body": f"{draft.body} {last}"})
    assert kinds(twice, fields) & {"repetition", "repeated_slot"}


def test_a_draft_is_judged_in_a_few_milliseconds() -> None:
    facts = the_facts()
    contradictions(PLAIN, facts)
    began = time.thread_time()
    for _ in range(50):
        contradictions(PLAIN, facts)
    assert (time.thread_time() - began) / 50 < 0.01
