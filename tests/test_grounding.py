from typing import Any

import pytest

from builders import an_activity
from stridetale.activity import Weather
from stridetale.draft import Draft
from stridetale.facts import facts_of
from stridetale.grounding import Contradiction, Kind, contradictions
from stridetale.grounding.contradiction import KINDS
from stridetale.saying import Style
from told import GOOD, HIKE, PLAIN, ROAD, RUN, STILL, SWIM, WALK, the_facts


def kinds(draft: Draft, **fields: Any) -> set[str]:  # noqa: ANN401 (any field)
    return {found.kind for found in contradictions(draft, the_facts(**fields))}


def with_more(sentence: str) -> Draft:
    return PLAIN.model_copy(update={"body": f"{PLAIN.body} {sentence}"})


def titled(title: str) -> Draft:
    return PLAIN.model_copy(update={"title": title})


@pytest.mark.parametrize(("fields", "draft"), GOOD)
def test_a_true_story_has_no_contradiction(fields: dict[str, Any], draft: Draft) -> None:
    assert contradictions(draft, the_facts(**fields)) == []


@pytest.mark.parametrize(("fields", "draft"), GOOD)
def test_a_true_story_is_as_true_in_miles(fields: dict[str, Any], draft: Draft) -> None:
    imperial = the_facts(style=Style("en_US", "imperial"), **fields)
    assert contradictions(draft, imperial) == []


BAD = [
    # numbers and units
    ("It took 2 cups of patience.", "number"),
    ("You counted five good bends.", "number"),
    ("A dozen small smiles of the will.", "number"),
    ("Hundreds of thoughts went by.", "number"),
    ("The effort felt double by then.", "number"),
    ("You gave a couple of smiles.", "number"),
    ("The second climb came too soon.", "number"),
    ("You were half done for.", "number"),
    ("It was worth ½ of everything.", "number"),
    ("Part VII was the best.", "number"),
    ("You said it twice.", "number"),
    ("It was ninety percent joy.", "number"),
    ("It was ５ kinds of good.", "number"),
    ("The kilometres rolled by.", "unit"),
    ("Miles of it still lay ahead.", "unit"),
    ("An hour later you were lost for words.", "unit"),
    ("Several minutes were pure joy.", "unit"),
    ("All day it went like this.", "unit"),
    ("Every metre had its price.", "unit"),
    ("Only a few hours had gone.", "unit"),
    # days, dates and times
    ("Sundays were made for this.", "day"),
    ("What a way to spend the weekend.", "day"),
    ("Yesterday seemed far away.", "day"),
    ("Tomorrow you will go again.", "day"),
    ("Today the legs were willing.", "day"),
    ("It beat last week by far.", "day"),
    ("It felt like Friday all the way.", "day"),
    ("It was all you wanted for Christmas.", "date"),
    ("The best of May was in it.", "date"),
    ("October had nothing on it.", "date"),
    ("This was the joy of summer.", "date"),
    ("The evening was yours.", "time"),
    ("The stars came out to look.", "time"),
    ("Midnight could not have been quieter.", "time"),
    ("Dusk settled on the shoulders.", "time"),
    ("Good night, tired legs.", "time"),
    # sports and ground
    ("Your shoes were grateful for it.", "sport"),
    ("You ran the last bit.", "sport"),
    ("Each stroke was cleaner than it looked.", "sport"),
    ("The oars kept good time.", "sport"),
    ("Your boots found every stone.", "sport"),
    ("The pool was calm and blue.", "sport"),
    ("You swam in thought.", "sport"),
    ("The treadmill hummed along.", "sport"),
    ("The skis stayed quiet.", "sport"),
    ("It was flat from end to end.", "terrain"),
    ("The summit was all yours.", "terrain"),
    ("The slopes were steep and mean.", "terrain"),
    # weather, place, people
    ("Rain kept you honest.", "weather"),
    ("The sun was kind.", "weather"),
    ("The wind was against you.", "weather"),
    ("Fog swallowed the rest.", "weather"),
    ("It was a breath of fresh air.", "weather"),
    ("The cold bit hard.", "weather"),
    ("Snow lay on everything.", "weather"),
    ("The living room was quiet.", "setting"),
    ("The river kept you company.", "place"),
    ("The city was far away.", "place"),
    ("Paris was worth it.", "place"),
    ("You thought of Anna.", "person"),
    ("Your friends kept the pace.", "companion"),
    ("The group rolled as one.", "companion"),
    ("You were alone with it.", "companion"),
    ("We made it home.", "voice"),
    ("I would do it again.", "voice"),
    ("She smiled at the effort.", "voice"),
    ("Then came Glimmerstone at last.", "name"),
    # what no recording knows
    ("It was a personal best.", "comparison"),
    ("Never before had it felt so good.", "comparison"),
    ("It was faster than last time.", "comparison"),
    ("It was your longest outing.", "comparison"),
    ("Your heart rate stayed low.", "invention"),
    ("The finish line came too soon.", "invention"),
    ("A coffee waited at the end.", "invention"),
    ("Your dog was glad.", "invention"),
    ("A cramp came and went.", "invention"),
    ("The medal was in the mind.", "invention"),
    # the model and its task
    ("As an AI, this pleases.", "self_talk"),
    ("Here is the rest of it.", "self_talk"),
    ("This story has a happy end.", "self_talk"),
    ("Title: home again.", "self_talk"),
    # slots
    ("The {gear} was glad.", "unknown_slot"),
    ("The {altitude} was fine.", "unknown_slot"),
    ("The {distance was fine.", "malformed_slot"),
    ("The {Distance} was fine.", "malformed_slot"),
    ("What a lot {distance} is.", "repeated_slot"),
    ("All {day}s are like that.", "misused_slot"),
    ("Every {day} is like that.", "misused_slot"),
    ("It was late {part_of_day} by then.", "misused_slot"),
    ("The next {sport} can wait.", "misused_slot"),
    ("Steady {average_speed} at its fastest.", "misused_slot"),
    # the form
    ("This is a shit end.", "profanity"),
    ("More at www.gladwords.org for you.", "characters"),
    ("It was **grand**.", "characters"),
    ("It was grand 🚴.", "characters"),
    ("It was grand #ride.", "characters"),
    ("It was\u200b grand.", "characters"),
    ("It was\u202e grand.", "characters"),
    ("It was\ngrand.", "characters"),
    ("It was здорово.", "language"),
    ("Bonjour, les jambes.", "language"),
    ("It was ｇｒａｎｄ.", "language"),
    ("It was GRAND.", "shouting"),
    ("It was grand!!", "shouting"),
    ("You could have turned back sooner, and you did not.", "repetition"),
    ("It was very very very good.", "repetition"),
    ("and that was all.", "punctuation"),
    ("It was good,, and long.", "punctuation"),
    ("It was good", "punctuation"),
    ("It was “good.", "punctuation"),
    ("It was good, and it was long, and so it went on and on without any end.", "length"),
]


@pytest.mark.parametrize(("sentence", "kind"), BAD, ids=[sentence for sentence, _ in BAD])
def test_a_false_sentence_is_caught_for_what_it_is(sentence: str, kind: str) -> None:
    assert kinds(with_more(sentence)) == {kind}


BAD_TITLES = [
    ("Five Good Reasons", "number"),
    ("42 Reasons", "number"),
    ("A Kilometre Too Far", "unit"),
    ("Sunday Best", "day"),
    ("An Evening Well Spent", "time"),
    ("Footsteps", "sport"),
    ("Flat as a Table", "terrain"),
    ("Singing in the Rain", "weather"),
    ("The City Sleeps", "place"),
    ("Lost in Tuscany", "place"),
    ("The Hills of Heidelberg", "name"),
    ("Élan", "name"),
    ("Thinking of Anna", "person"),
    ("Old Friends", "companion"),
    ("My Way", "voice"),
    ("A New Record", "comparison"),
    ("Coffee First", "invention"),
    ("A Short Story", "self_talk"),
    ("{altitude} Gained", "unknown_slot"),
    ("Almost {distance}", "misused_slot"),
    ("The long road past Glimmerstone again", "name"),
    ("", "title"),
    ("—", "title"),
    ("One and Then Some More and Then Some More", "title"),
    ("Incomprehensibilities Notwithstanding Extraordinarily Much Everything", "title"),
    ("The End.", "title"),
    ("quiet", "title"),
    ("MOMENTUM", "shouting"),
    ("Shit Happens", "profanity"),
]


@pytest.mark.parametrize(("title", "kind"), BAD_TITLES, ids=[title for title, _ in BAD_TITLES])
def test_a_false_title_is_caught_for_what_it_is(title: str, kind: str) -> None:
    [found] = contradictions(titled(title), the_facts())
    assert (found.kind, found.where) == (kind, "title")


@pytest.mark.parametrize(
    "title",
    [
        "Momentum",
        "Out the Door",
        "The {part_of_day} Belongs to You",
        "{distance} and a Grin",
        "Good for {day}",
        "What the Hill Said",
        "A quiet word",
        "Tell Nobody…",
        "Why Not?",
        "The Horn Section",
        "Tuesday",
    ],
)
def test_a_title_that_claims_nothing_false_is_fine(title: str) -> None:
    assert contradictions(titled(title), the_facts()) == []


IDIOMS = [
    "One steady heartbeat after another.",
    "One more corner, and then home.",
    "All at once it was over.",
    "No one asked where you had been.",
    "There were no second thoughts.",
    "For a few seconds the world held still.",
    "For a second nothing else counted.",
    "Two wheels were all it took.",
    "In the long run it was worth it.",
    "The excuses ran out first.",
    "The tyres were warm by then.",
    "You enjoyed every minute.",
    "It was a pair of pleasantly heavy legs.",
    "The first bend was the best.",
    "The road winds down and home.",
    "There was a spring in your step.",
]


@pytest.mark.parametrize("sentence", IDIOMS)
def test_an_idiom_that_claims_nothing_is_fine(sentence: str) -> None:
    assert contradictions(with_more(sentence), the_facts()) == []


WHERE_IT_HOLDS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    # the sentence, the kind of its claim, where it is true, where it is not
    ("Tuesday never knew.", "day", {"on": "Tuesday"}, {"on": "Sunday"}),
    ("The weekend had its say.", "day", {"on": "Saturday"}, {"on": "Monday"}),
    ("Dawn was the best of it.", "time", {"at": "05:40"}, {"at": "12:10"}),
    ("Noon came and went.", "time", {"at": "11:00"}, {"at": "08:00"}),
    ("The moon knew all of it.", "time", {"at": "23:00"}, {"at": "08:00"}),
    ("Midnight passed unseen.", "time", {"at": "23:00"}, {"at": "20:00"}),
    ("The mountain was patient.", "terrain", {"elevation_gain_m": 900.0}, {}),
    ("The road was flat and fast.", "terrain", {"elevation_gain_m": 40.0}, {}),
    ("The rain was kind.", "weather", {"weather": Weather(condition="Rain")}, {}),
    ("The sun was kind.", "weather", {"weather": Weather(condition="Sunny")}, {}),
    ("The wind was kind.", "weather", {"weather": Weather(wind_speed_mps=4.0)}, {}),
    ("The dust settled.", "weather", {}, {"weather": Weather(condition="Snow")}),
    ("It was hot.", "weather", {"weather": Weather(temperature_c=31.0)}, {}),
    (
        "It was cold.",
        "weather",
        {"weather": Weather(temperature_c=2.0)},
        {"weather": Weather(temperature_c=20.0)},
    ),
    ("The motor hummed.", "sport", {"sport_type": "EBikeRide"}, {}),
    ("The pedals hummed.", "sport", {}, {"sport_type": "Handcycle"}),
    ("The bike hummed.", "sport", {}, {"sport_type": "Velomobile"}),
    ("The gravel hummed.", "sport", {"sport_type": "GravelRide"}, {}),
    ("The view was wide.", "setting", {}, {"trainer": True}),
    ("It was warm indoors.", "setting", {"trainer": True}, {}),
    ("The hours were kind.", "unit", {}, {"moving_time_s": 5_000.0}),
    ("Glimmerstone was kind to you.", "name", {"gear": "Glimmerstone"}, {}),
]


@pytest.mark.parametrize(("sentence", "kind", "holds", "fails"), WHERE_IT_HOLDS)
def test_a_claim_needs_the_facts_that_support_it(
    sentence: str, kind: str, holds: dict[str, Any], fails: dict[str, Any]
) -> None:
    draft = with_more("Somewhere it was so: " + sentence)
    assert kind not in kinds(draft, **holds)
    assert kind in kinds(draft, **fails)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (RUN, "The wheels kept turning."),
        (RUN, "You swam in it."),
        (WALK, "You ran the last of it."),
        (HIKE, "The pedals turned."),
        (SWIM, "The waves were kind."),
        (SWIM, "The road was kind."),
        (SWIM | {"pool": None}, "The waves were kind."),
        (SWIM | {"pool": False}, "The lane was kind."),
        (SWIM | {"pool": None}, "The lane was kind."),
        (SWIM | {"pool": False}, "The wall was kind."),
        (SWIM | {"pool": None}, "The last length was kind."),
        (STILL | {"sport_type": "Yoga"}, "The racket was kind."),
        ({"sport_type": "Wheelchair"}, "Your legs were kind."),
        ({"sport_type": "Handcycle"}, "Two legs were kind."),
        ({"sport_type": "Quidditch"}, "The wheels were kind."),
        (ROAD, "The motor was kind."),
        (STILL | {"sport_type": "Squash"}, "The net was kind."),
        (STILL | {"sport_type": "Tennis"}, "The wall was kind."),
        (STILL | {"sport_type": "Tennis"}, "The table was kind."),
        (STILL | {"sport_type": "Badminton"}, "The bat was kind."),
        (RUN, "The bar was kind."),
        ({"sport_type": "Windsurf"}, "The tiller was kind."),
    ],
)
def test_words_of_another_sport_are_a_contradiction(fields: dict[str, Any], sentence: str) -> None:
    found = kinds(Draft(title="Home", body=sentence), **fields)
    assert found & {"sport", "setting"}


def test_a_day_that_the_activity_was_not_on_is_a_contradiction() -> None:
    [found] = contradictions(with_more("What a Sunday."), the_facts(on="Tuesday"))
    assert found == Contradiction("day", "Sunday", "Tuesday", "body")


def test_a_contradiction_has_a_sentence_for_people() -> None:
    [found] = contradictions(with_more("What a Sunday."), the_facts(on="Tuesday"))
    assert found.sentence == "The body says “Sunday” (true is: Tuesday)."


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_contradiction_has_its_sentence(kind: Kind) -> None:
    assert Contradiction(kind, "so", where="title").sentence.startswith("The title ")


def test_a_contradiction_without_a_known_truth_says_only_what_is_wrong() -> None:
    [found] = contradictions(titled("A New Record"), the_facts())
    assert found.sentence == "The title compares with what is not known: “Record”."


def test_any_day_and_time_is_a_contradiction_where_the_start_is_not_known() -> None:
    draft = with_more("A Tuesday, a morning.")
    assert kinds(draft, timezone=None) == {"day", "time"}


def test_an_activity_of_unknown_length_is_at_its_start() -> None:
    facts = the_facts(moving_time_s=None, elapsed_time_s=None, at="11:00")
    draft = Draft(title="Home", body="Noon came.")
    assert "time" in {found.kind for found in contradictions(draft, facts)}


def test_an_activity_of_more_than_a_day_was_there_at_any_time() -> None:
    facts = the_facts(moving_time_s=90_000.0, elapsed_time_s=90_000.0)
    draft = Draft(title="Home", body="Dusk, midnight and dawn came.")
    assert "time" not in {found.kind for found in contradictions(draft, facts)}


def test_the_ground_is_unknown_where_no_gain_is_known() -> None:
    draft = Draft(title="Home", body="The hill was kind.")
    assert "terrain" in kinds(draft, elevation_gain_m=None)


def test_the_gain_alone_tells_the_ground_where_no_distance_is_known() -> None:
    draft = Draft(title="Home", body="The hill was kind.")
    assert "terrain" not in kinds(draft, distance_m=None)


def test_a_sentence_without_an_end_is_no_prose() -> None:
    body = "It went " + "on and then off and then " * 8 + "home. {distance} in {moving_time}."
    assert "punctuation" in kinds(Draft(title="Home", body=body))


def test_a_single_sentence_is_no_story() -> None:
    assert "punctuation" in kinds(Draft(title="Home", body="{distance} went by in {moving_time}."))


def test_a_text_of_another_language_is_a_contradiction() -> None:
    body = "Zwei gute Beine tragen dich immer weiter, und niemand wartet dort auf uns."
    assert "language" in kinds(Draft(title="Home", body=body))


def test_an_empty_draft_is_a_contradiction() -> None:
    assert {"title", "length", "too_few_facts"} <= kinds(Draft(title="", body=""))


def test_a_text_of_any_size_is_answered_at_once() -> None:
    [found] = contradictions(Draft(title="Home", body="so " * 100_000), the_facts())
    assert found.kind == "length"


def test_a_word_of_the_name_supports_itself() -> None:
    draft = with_more("Paris was kind to you.")
    facts = facts_of(an_activity(name="Around Paris"))
    assert contradictions(draft, facts) == []


def test_the_name_supports_only_its_whole_words() -> None:
    draft = with_more("You thought of Anna.")
    facts = facts_of(an_activity(name="Around Hannahville"))
    assert [found.kind for found in contradictions(draft, facts)] == ["person"]
