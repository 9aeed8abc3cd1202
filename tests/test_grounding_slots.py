"""How slots may be used in a story."""

from typing import Any

import pytest

from stridetale.draft import Draft
from stridetale.grounding import contradictions
from told import GOOD, PLAIN, the_facts


def kinds(draft: Draft, **fields: Any) -> set[str]:  # noqa: ANN401 (any field)
    return {found.kind for found in contradictions(draft, the_facts(**fields))}


MISUSED = [
    "{max_speed} of climbing",
    "the fastest and steady one was {max_speed}",
    "{max_speed} was the fastest but constant",
    "{max_speed} was the wind at your fastest",
    "at your fastest, {max_speed} on a dripping wind",
    "you covered most of {max_speed}",
    "you covered a average of {moving_time}",
    "{distance} was the speed of it",
    "after {max_speed}",
    "averaging {max_speed} at the fastest",
    "at a steady {max_speed} on the way down",
    "at {max_speed} for {moving_time}, a burst",
    "in a burst, {max_speed} km/h",
    "downhill at nearly {max_speed}",
    "and you rode at {max_speed}",
    "a top speed of {average_speed}",
    "never below {average_speed} on average",
    "{average_speed} was the speed",
    "at {distance}",
    "{distance} of climbing",
    "less than {distance}",
    "more than {distance}",
    "almost {distance}",
    "another {distance}",
    "a {distance} {sport}",
    "{distance} {sport}",
    "{distance}-long",
    "{distance} an hour",
    "with {distance} to go",
    "you climbed {distance}",
    "{elevation_gain} an hour uphill",
    "{elevation_gain} of distance, all up",
    "{elevation_gain} of descent after the climb",
    "the climbs came to {elevation_gain} on the way down",
    "you rode {elevation_gain}",
    "at {elevation_gain} above the rest",
    "{moving_time} of climbing",
    "at {moving_time}",
    "less than {moving_time}",
    "{moving_time} ago",
    "last {day}",
    "before {day}",
    "good {part_of_day}",
    "until {part_of_day}",
    "x{distance}",
    "{distance}x",
    "${distance}",
    "{distance}'",
]


@pytest.mark.parametrize("words", MISUSED)
def test_a_slot_that_is_used_as_something_else_is_a_contradiction(words: str) -> None:
    draft = Draft(title="Home", body=f"It went like this: {words}.")
    assert "misused_slot" in kinds(draft)


USED = [
    "{distance} lay ahead",
    "after {distance}",
    "{max_speed} after {distance} was the fastest",
    "{distance} in {moving_time}",
    "over {elevation_gain} of climbing",
    "{distance}, {elevation_gain} of it uphill",
    "one descent, {max_speed}, and a grin",
    "a burst at {max_speed}",
    "the speed touched {max_speed}",
    "an average of {average_speed}",
    "an average of {average_speed} and a top of {max_speed}",
    "the fastest was {max_speed} and the average {average_speed}",
    "{average_speed} on average",
    "{distance} later you were home",
    "{day}'s best hour",
    "this {day} {part_of_day}",
    "on {day}",
    "a quiet {part_of_day}",
    "the {sport} was done",
    "{moving_time} later",
    "for {moving_time}",
    "up {elevation_gain}",
]


@pytest.mark.parametrize("words", USED)
def test_a_slot_that_is_used_as_what_it_is_is_fine(words: str) -> None:
    draft = Draft(title="Home", body=f"It went like this: {words}.")
    assert "misused_slot" not in kinds(draft)


def test_a_title_and_a_body_may_say_the_same_number() -> None:
    draft = PLAIN.model_copy(update={"title": "{distance} and a Grin"})
    assert contradictions(draft, the_facts()) == []


def test_a_body_with_fewer_numbers_than_are_known_says_too_little() -> None:
    body = (
        "You could have turned back sooner, and you did not. {distance} went by under the wheels, "
        "and the legs had no complaint. By the end there was nothing left to say and nobody to "
        "say it to. The quiet was yours, and so was the grin."
    )
    assert kinds(Draft(title="Home", body=body)) == {"too_few_facts"}


def test_one_number_is_enough_where_only_one_is_known() -> None:
    fields, draft = next(row for row in GOOD if row[0].get("sport_type") == "Yoga")
    assert "too_few_facts" not in kinds(draft, **fields)
