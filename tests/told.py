"""Stories of our own, with slots: true ones of many sports, for the tests of grounding."""

from typing import Any

from builders import an_activity
from stridetale.activity import Weather
from stridetale.draft import Draft
from stridetale.facts import Facts, facts_of
from stridetale.saying import Style

ROAD: dict[str, Any] = {"sport_type": "Ride"}
RUN: dict[str, Any] = {
    "sport_type": "Run",
    "distance_m": 12_310.0,
    "moving_time_s": 4_000.0,
    "elapsed_time_s": 4_100.0,
    "elevation_gain_m": 148.0,
    "max_speed_mps": 5.1,
}
WALK: dict[str, Any] = RUN | {
    "sport_type": "Walk",
    "moving_time_s": 9_000.0,
    "elapsed_time_s": 9_400.0,
    "max_speed_mps": 2.2,
}
HIKE: dict[str, Any] = WALK | {"sport_type": "Hike", "elevation_gain_m": 940.0}
SWIM: dict[str, Any] = {
    "sport_type": "Swim",
    "distance_m": 2_150.0,
    "moving_time_s": 2_700.0,
    "elapsed_time_s": 2_800.0,
    "elevation_gain_m": None,
    "max_speed_mps": None,
    "pool": True,
}
STILL: dict[str, Any] = {
    "distance_m": None,
    "elevation_gain_m": None,
    "max_speed_mps": None,
    "moving_time_s": 3_000.0,
    "elapsed_time_s": 3_100.0,
}


def the_facts(*, style: Style | None = None, **fields: Any) -> Facts:  # noqa: ANN401 (any field)
    """The facts of a Tuesday morning's ride, with these fields."""
    return facts_of(an_activity(**fields), style)


PLAIN = Draft(
    title="The Long Way Home",
    body=(
        "You could have turned back sooner, and you did not. {distance} went by under the wheels, "
        "{elevation_gain} of them pointing up. The quickest moment came on the way down, at "
        "{max_speed}, and it was over too soon. {moving_time} later you were home."
    ),
)
"""A true story of the ride, short enough for one more sentence."""

GOOD: list[tuple[dict[str, Any], Draft]] = [
    (ROAD, PLAIN),
    (
        ROAD,
        Draft(
            title="An Argument with Gravity",
            body=(
                "Gravity opened the debate, and the legs replied. For {distance} they went back "
                "and forth, through {elevation_gain} of climbing and every clever point it made. "
                "Then the road tipped over, {max_speed} settled the matter, and for a few seconds "
                "there was nothing left to say."
            ),
        ),
    ),
    (
        ROAD,
        Draft(
            title="Small Promises",
            body=(
                "One more bend, you told yourself, and then one more corner after that. "
                "{distance} of small promises, kept one after another, took {moving_time}. The "
                "hills asked for {elevation_gain} and got it. This {day} {part_of_day} had no "
                "better use, and it knew that well."
            ),
        ),
    ),
    (
        {"sport_type": "GravelRide"},
        Draft(
            title="Dust and Patience",
            body=(
                "The gravel had its own opinion about speed, and you listened. {distance} rattled "
                "past under the tyres in {moving_time}, with {elevation_gain} of climbing to keep "
                "things honest. At the quickest point the bars hummed at {max_speed}. Nothing "
                "broke, and nobody hurried."
            ),
        ),
    ),
    (
        {"sport_type": "VirtualRide", "trainer": True},
        Draft(
            title="Going Nowhere, Quickly",
            body=(
                "The wheels turned and the room stayed where it was. {moving_time} on the screen, "
                "{distance} without leaving the floor. It sounds like a joke until the legs join "
                "in. They took it seriously, pedal after pedal, and by the end so did you."
            ),
        ),
    ),
    (
        RUN,
        Draft(
            title="What the Legs Knew",
            body=(
                "The head had doubts and the legs had none. They carried you through {distance} "
                "and over {elevation_gain} of climbing, breath by breath, at {average_pace}. "
                "Somewhere past the middle the head stopped asking. After {moving_time} it "
                "claimed that this was its idea."
            ),
        ),
    ),
    (
        RUN,
        Draft(
            title="Out the Door",
            body=(
                "The hardest step was the first, and it was also the shortest. After that the "
                "{part_of_day} opened like a drawer full of good things. {distance} came out of "
                "it, one stride at a time, and {moving_time} went in. You closed it gently, shoes "
                "still warm, and smiled."
            ),
        ),
    ),
    (
        RUN | {"sport_type": "TrailRun", "elevation_gain_m": 512.0},
        Draft(
            title="Roots, Rocks, Rhythm",
            body=(
                "The trail wrote in short lines and you read it with your feet. Up went the page, "
                "{elevation_gain} in all, then down in a rush that touched {max_speed}. "
                "{distance} is a long poem. It took {moving_time}, and you would not cut a word "
                "of it."
            ),
        ),
    ),
    (
        WALK,
        Draft(
            title="At the Speed of Thought",
            body=(
                "Walking is what thinking does with its feet. You thought for {distance}, which "
                "took {moving_time}, and nothing had to be decided at the end of it. The path "
                "rose by {elevation_gain}, politely. This {day} asked for no more than that, and "
                "got no less."
            ),
        ),
    ),
    (
        HIKE,
        Draft(
            title="Boots on the Hill",
            body=(
                "Uphill is a simple word with a lot in it. You read it slowly for {distance}, all "
                "{elevation_gain} of ascent, while the boots kept time. At the top there was air "
                "and quiet. {moving_time} had gone somewhere, and you did not go looking for it."
            ),
        ),
    ),
    (
        SWIM,
        Draft(
            title="Blue Arithmetic",
            body=(
                "Stroke, breath, stroke, and again. The pool asked the same question at every "
                "wall, and you gave it the same calm answer. {distance} of it, in {moving_time}, "
                "while the lane kept its secrets. Then you climbed out, heavy and "
                "somehow lighter."
            ),
        ),
    ),
    (
        SWIM | {"pool": False},
        Draft(
            title="No Walls, No Lines",
            body=(
                "There were no lines to follow, so you followed your breath. The water gave way "
                "and closed again, for {moving_time}, for {distance}, without keeping a single "
                "trace. Every stroke was the first one. By the end the shoulders knew it, and the "
                "rest of you believed them."
            ),
        ),
    ),
    (
        {**SWIM, "sport_type": "Rowing", "distance_m": 8050.0, "pool": False, "max_speed_mps": 5.0},
        Draft(
            title="Catch, Drive, Glide",
            body=(
                "An oar is a patient teacher. It says the same thing again and again until the "
                "back understands. {distance} of lessons took {moving_time}, and the boat forgave "
                "the early ones. At its fastest it ran no risk of stopping, {max_speed} and a "
                "line of quiet behind."
            ),
        ),
    ),
    (
        {"sport_type": "AlpineSki", "elevation_gain_m": None, "max_speed_mps": 22.0},
        Draft(
            title="Edges",
            body=(
                "Only the edges can be trusted on a mountain, and gravity. The skis drew "
                "{distance} of long, loose lines down the slope, and once, briefly, they sang at "
                "{max_speed}. The {part_of_day} went quickly. {moving_time} of it stayed in the "
                "legs for later."
            ),
        ),
    ),
    (
        STILL | {"sport_type": "Yoga"},
        Draft(
            title="The Quiet Part",
            body=(
                "Nothing moved that you could measure, and everything did. For {moving_time} the "
                "mat was the size of the world and the breath was its only news, brief and always "
                "kind. This {day} {part_of_day} went on without you for a while. It managed, and "
                "so did you."
            ),
        ),
    ),
    (
        STILL | {"sport_type": "WeightTraining"},
        Draft(
            title="Heavier Things",
            body=(
                "Iron does not flatter and it does not lie. You picked it up, put it down, and "
                "asked it again, for {moving_time}. Some answers were short. By the end the arms "
                "had gone soft and the head had gone quiet, which is a fair price on any {day}."
            ),
        ),
    ),
    (
        STILL | {"sport_type": "Tennis"},
        Draft(
            title="Back and Forth",
            body=(
                "The ball came back, and so did you. That was the whole plot of this {day} "
                "{part_of_day}, and it never grew old. {moving_time} of small decisions, most of "
                "them made by the feet. The racket remembers the good ones. The rest went quietly "
                "into the net."
            ),
        ),
    ),
    (
        {**RUN, "sport_type": "Kayaking", "elevation_gain_m": None, "max_speed_mps": 4.0},
        Draft(
            title="Left, Right, Left",
            body=(
                "The paddle knows two words and never tires of them. Left, right, left, for "
                "{distance} of water that smoothed itself out behind you. There was one quick "
                "stretch at {max_speed}, just for the joy of it. {moving_time} later the "
                "shoulders were still keeping time."
            ),
        ),
    ),
    (
        {
            "sport_type": "Ride",
            "at": "18:30",
            "weather": Weather(condition="Rain", wind_speed_mps=5.0),
        },
        Draft(
            title="A Wet Conversation",
            body=(
                "The rain spoke first and had a lot to say. You let it talk for {distance}, "
                "nodding along over {elevation_gain} of climbing. The wind, {wind_speed} of it, "
                "agreed with everything. This {part_of_day} you came home soaked, {moving_time} "
                "older, and oddly pleased."
            ),
        ),
    ),
    (
        {"sport_type": "Quidditch"},
        Draft(
            title="By Any Other Name",
            body=(
                "Nobody has a good word for what this was, so let the numbers speak. {distance} "
                "from the beginning to the end, in {moving_time}, on a {day} {part_of_day} that "
                "had no other plans. It asked for all your attention. It got that, and a grin on "
                "top."
            ),
        ),
    ),
    (
        {
            "sport_type": "Wheelchair",
            "distance_m": 9400.0,
            "max_speed_mps": 6.2,
            "elevation_gain_m": 60.0,
        },
        Draft(
            title="Arms and Asphalt",
            body=(
                "The arms did the talking and the wheels did the singing. {distance} of it, with "
                "{elevation_gain} of climbing where the song slowed down. Then came the way back "
                "down, {max_speed} at its fastest, palms light and grin wide. {moving_time}, all "
                "of it your own work."
            ),
        ),
    ),
]
