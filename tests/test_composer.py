import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import an_activity
from stridetale.activity import Activity, ActivityId, Source, Weather
from stridetale.composer import compose
from stridetale.composer_material import Arc, Needs, Way, material, sentences_of
from stridetale.composer_scene import GROUPS, traits_of
from stridetale.draft import Draft, Tone, count_words, say_body, say_title
from stridetale.facts import SLOTS, Facts, facts_of
from stridetale.grounding import contradictions
from stridetale.saying import Style
from stridetale.sports import Family, known_sport_types
from stridetale.wordlists import table

TONES: tuple[Tone, ...] = get_args(Tone)
MATERIAL = material("en")
ARCS = (*MATERIAL.arcs, MATERIAL.last)
RIDE = facts_of(an_activity())
NOVEL = 5


def without(facts: Facts, *slots: str) -> Facts:
    """The same facts with some of them not known."""
    known = tuple(fact for fact in facts if fact.slot not in slots)
    blown = {"wind"} if any(fact.slot == "wind_speed" for fact in known) else set()
    return dataclasses.replace(
        facts,
        known=known,
        start_local=None if "day" in slots else facts.start_local,
        end_local=None if "day" in slots else facts.end_local,
        weather_kinds=frozenset(blown) if "weather" in slots else facts.weather_kinds,
    )


def numbers_in(draft: Draft, facts: Facts) -> list[str]:
    """The numeric slots of the body."""
    numeric = {fact.slot for fact in facts if fact.unit is not None}
    return [slot for slot in re.findall(r"\{(\w+)\}", draft.body) if slot in numeric]


def plots_of(draft: Draft) -> set[str]:
    """The names of the plots that a draft has sentences of."""
    told = set(sentences_of(draft.body))
    return {arc.name for arc in ARCS if not told.isdisjoint(arc.sentences)}


def several(facts: Facts, *, count: int, tone: Tone = "warm") -> list[Draft]:
    """Stories told after each other, oldest first."""
    drafts: list[Draft] = []
    for seed in range(count):
        before = drafts[::-1][:NOVEL]
        drafts.append(compose(facts, tone=tone, seed=seed, before=before))
    return drafts


activities = st.builds(
    Activity,
    id=st.just(ActivityId("1")),
    sport_type=st.sampled_from([*known_sport_types(), "Unicycling"]),
    source=st.just(Source(kind="file", name="a.fit")),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (hypothesis adds the zone)
    timezone=st.sampled_from(["UTC", "Europe/Paris", "Pacific/Auckland", None]),
    distance_m=st.none() | st.floats(5, 200_000),
    moving_time_s=st.none() | st.floats(5, 40_000),
    elevation_gain_m=st.none() | st.floats(0, 4_000),
    max_speed_mps=st.none() | st.floats(0.2, 30),
    trainer=st.booleans(),
    pool=st.booleans(),
    gear=st.sampled_from([None, "Canyon Grail", "Brooks Ghost"]),
    weather=st.none()
    | st.builds(
        Weather,
        condition=st.none() | st.sampled_from(sorted(table("en/weather.toml"))),
        temperature_c=st.none() | st.floats(-30, 45),
        wind_speed_mps=st.none() | st.floats(0, 30),
    ),
)
styles = st.sampled_from([Style(), Style(locale="en_US", units="imperial")])
all_facts = st.builds(
    lambda activity, style, missing: without(facts_of(activity, style), *missing),
    activities,
    styles,
    st.sets(st.sampled_from([slot for slot in SLOTS if slot != "sport"])),
)


# --- any story ---------------------------------------------------------------------------------


@given(facts=all_facts, tone=st.sampled_from(TONES), seed=st.integers(0, 10_000))
def test_every_story_is_true_and_has_its_length(facts: Facts, tone: Tone, seed: int) -> None:
    draft = compose(facts, tone=tone, seed=seed)
    assert contradictions(draft, facts) == []
    assert 40 <= count_words(say_body(draft, facts)) <= 60
    assert 2 <= count_words(say_title(draft, facts)) <= 6


@given(facts=all_facts, tone=st.sampled_from(TONES), seed=st.integers(0, 10_000))
def test_every_story_says_at_least_two_numbers_where_two_are_known(
    facts: Facts, tone: Tone, seed: int
) -> None:
    numbers = numbers_in(compose(facts, tone=tone, seed=seed), facts)
    known = sum(fact.unit is not None for fact in facts)
    assert len(numbers) >= min(2, known)
    assert len(set(numbers)) == len(numbers)


@given(facts=all_facts, tone=st.sampled_from(TONES), seed=st.integers(0, 10_000))
def test_no_sentence_is_told_again_in_the_next_story(facts: Facts, tone: Tone, seed: int) -> None:
    last = compose(facts, tone=tone, seed=seed)
    draft = compose(facts, tone=tone, seed=seed, before=[last])
    assert set(sentences_of(draft.body)).isdisjoint(sentences_of(last.body))


@given(facts=all_facts, tone=st.sampled_from(TONES), seed=st.integers(0, 10_000))
def test_the_same_seed_tells_the_same_story(facts: Facts, tone: Tone, seed: int) -> None:
    before = [compose(facts, tone=tone, seed=seed + 1)]
    once = compose(facts, tone=tone, seed=seed, before=before)
    assert compose(facts, tone=tone, seed=seed, before=before) == once


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("sport_type", [*known_sport_types(), "Unicycling"])
def test_every_sport_has_a_story_in_every_tone_of_nothing_but_itself(
    sport_type: str, tone: Tone
) -> None:
    facts = without(facts_of(an_activity(sport_type=sport_type)), *set(SLOTS) - {"sport"})
    first = compose(facts, tone=tone, seed=1)
    second = compose(facts, tone=tone, seed=2, before=[first])
    for draft in (first, second):
        assert contradictions(draft, facts) == []
        assert plots_of(draft) != {"last"}


def test_another_seed_tells_another_story() -> None:
    assert len({compose(RIDE, tone="warm", seed=seed).body for seed in range(20)}) > 10


def test_each_tone_has_its_own_plots() -> None:
    plots = {
        tone: {plot for seed in range(20) for plot in plots_of(compose(RIDE, tone=tone, seed=seed))}
        for tone in TONES
    }
    assert not any(plots[one] & plots[two] for one in TONES for two in TONES if one != two)


def test_the_last_stories_are_not_told_again() -> None:
    drafts = several(RIDE, count=40)
    for number, draft in enumerate(drafts):
        lately = drafts[max(0, number - NOVEL) : number]
        assert draft.title not in {one.title for one in lately}
        assert not any(plots_of(draft) & plots_of(one) for one in lately)


def test_fifty_rides_have_fifty_stories_nearly() -> None:
    drafts = several(RIDE, count=50)
    assert len({draft.body for draft in drafts}) >= 25
    assert len({draft.title for draft in drafts}) >= 20


def test_weather_is_told_of_where_it_is_known() -> None:
    facts = facts_of(an_activity(weather=Weather(condition="Light Rain", temperature_c=9.0)))
    bodies = [compose(facts, tone="warm", seed=seed).body for seed in range(30)]
    assert any("{weather}" in body for body in bodies)


def test_when_everything_was_just_told_the_plainest_truth_is_told() -> None:
    everything = " ".join(sentence for arc in MATERIAL.arcs for sentence in sorted(arc.sentences))
    draft = compose(RIDE, tone="epic", seed=1, before=[Draft(title="All", body=everything)])
    assert plots_of(draft) == {"last"}
    assert contradictions(draft, RIDE) == []


@given(facts=all_facts)
def test_the_plainest_truth_is_always_true(facts: Facts) -> None:
    everything = " ".join(sentence for arc in MATERIAL.arcs for sentence in sorted(arc.sentences))
    draft = compose(facts, tone="plain", seed=1, before=[Draft(title="All", body=everything)])
    assert contradictions(draft, facts) == []
    assert plots_of(draft) == {"last"}


# --- what kind of activity it is -----------------------------------------------------------------


def a_ride(metres: float | None, climb: float, **fields: Any) -> frozenset[str]:  # noqa: ANN401 (any field)
    return traits_of(facts_of(an_activity(distance_m=metres, elevation_gain_m=climb, **fields)))


@pytest.mark.parametrize(
    ("metres", "climb", "ground"),
    [
        (40_000.0, 900.0, {"climb", "hilly"}),
        (40_000.0, 240.0, {"climb", "rolling"}),
        (40_000.0, 100.0, {"climb", "flat"}),
        (40_000.0, 20.0, {"flat"}),
        (700.0, 9.0, set()),
        (2_000.0, 40.0, {"climb", "rolling"}),
        (None, 300.0, {"climb", "hilly"}),
        (None, 100.0, set()),
    ],
)
def test_the_ground_is_what_climb_and_distance_say(
    metres: float | None, climb: float, ground: set[str]
) -> None:
    assert a_ride(metres, climb) & {"climb", "flat", "rolling", "hilly"} == ground


def test_without_elevation_gain_the_ground_is_not_known() -> None:
    traits = traits_of(facts_of(an_activity(elevation_gain_m=None)))
    assert not traits & {"climb", "flat", "rolling", "hilly"}


@pytest.mark.parametrize(
    ("seconds", "length"),
    [(600.0, {"short"}), (3_600.0, set()), (7_200.0, {"long"}), (None, set())],
)
def test_length_is_that_of_the_moving_time(seconds: float | None, length: set[str]) -> None:
    traits = traits_of(facts_of(an_activity(moving_time_s=seconds, distance_m=None)))
    assert traits & {"short", "long"} == length


def test_speed_is_told_of_where_a_sport_knows_speed() -> None:
    assert "fast" in a_ride(40_000.0, 300.0, max_speed_mps=18.0)
    assert "fast" not in a_ride(40_000.0, 300.0, max_speed_mps=9.0)
    assert "fast" not in a_ride(40_000.0, 300.0, max_speed_mps=None)
    assert "fast" not in a_ride(4_000.0, 0.0, sport_type="Sail", max_speed_mps=18.0)


def test_the_sun_shines_for_certain_only_where_the_hour_is_known() -> None:
    sunny = an_activity(weather=Weather(condition="Sunny"), at="10:00")
    assert {"sun", "morning"} <= traits_of(facts_of(sunny))
    assert "sun" not in traits_of(facts_of(sunny.model_copy(update={"timezone": None})))


@pytest.mark.parametrize(
    ("at", "elapsed_s", "brief"),
    [("07:30", 3_600.0, True), ("10:58", 20_000.0, False), ("07:30", 90_000.0, False)],
)
def test_the_end_of_a_story_may_name_the_part_of_day_of_a_brief_activity(
    at: str, elapsed_s: float, *, brief: bool
) -> None:
    traits = traits_of(facts_of(an_activity(at=at, elapsed_time_s=elapsed_s)))
    assert ("brief" in traits) == brief


def test_a_pool_is_a_pool() -> None:
    assert "pool" in traits_of(facts_of(an_activity(sport_type="Swim", pool=True)))
    assert "pool" not in traits_of(facts_of(an_activity(sport_type="Swim")))


@pytest.mark.parametrize(("pool", "outdoor"), [(True, False), (False, True), (None, False)])
def test_a_swim_is_under_the_sky_where_it_is_known_to_be(
    *, pool: bool | None, outdoor: bool
) -> None:
    traits = traits_of(facts_of(an_activity(sport_type="Swim", pool=pool)))
    assert ("outdoor" in traits) == outdoor


# --- the material ------------------------------------------------------------------------------


def ways_of(arc: Arc) -> Sequence[Way]:
    return [*arc.titles, *(way for line in arc.lines for way in line)]


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w{}']+", text.casefold())


@pytest.mark.parametrize(
    ("kinds", "least"),
    [
        ("ride", 30),
        ("run", 30),
        ("walk hike", 12),
        ("swim", 12),
        ("row paddle", 6),
        ("snow AlpineSki NordicSki", 6),
        ("skate InlineSkate IceSkate Skateboard", 6),
        ("wind wave", 6),
        ("wheelchair", 6),
        ("gym mat", 6),
        ("court", 6),
        ("climb", 6),
        ("golf", 6),
        ("any", 12),
    ],
)
def test_each_kind_of_sport_has_plots_of_its_own(kinds: str, least: int) -> None:
    assert sum(not arc.kinds.isdisjoint(kinds.split()) for arc in MATERIAL.arcs) >= least


@pytest.mark.parametrize("family", [family for family in get_args(Family) if family != "other"])
@pytest.mark.parametrize("tone", TONES)
def test_each_family_has_a_plot_in_each_tone(family: str, tone: Tone) -> None:
    types = {name for name in known_sport_types() if table("sports.toml")[name]["family"] == family}
    assert any(
        tone in arc.tones and not arc.kinds.isdisjoint({family, *types}) for arc in MATERIAL.arcs
    )


@pytest.mark.parametrize("arc", MATERIAL.arcs, ids=lambda arc: arc.name)
def test_every_plot_is_told_of_some_activity(arc: Arc) -> None:
    others = [
        sentence for one in MATERIAL.arcs if one is not arc for sentence in sorted(one.sentences)
    ]
    before = [Draft(title="All the others", body=" ".join(others))]
    types = {name: {name, row["family"], "any"} for name, row in table("sports.toml").items()}
    rng = Random(1)  # noqa: S311 (a test)
    suiting = sorted(name for name, kinds in types.items() if not kinds.isdisjoint(arc.kinds))
    tone = min(arc.tones)
    assert any(
        plots_of(
            compose(some_facts(rng.choice(suiting), number), tone=tone, seed=1, before=before)  # type: ignore[arg-type]  # the material's tones are tones
        )
        == {arc.name}
        for number in range(400)
    )


def some_facts(sport_type: str, number: int) -> Facts:
    """Facts of an ordinary activity of that sport, another for each number."""
    rng = Random(number)  # noqa: S311 (a test)
    speeds = {"ride": 6.5, "snow": 5.0, "swim": 0.8, "run": 2.9, "walk": 1.3, "hike": 1.0}
    family = table("sports.toml").get(sport_type, {"family": "other"})["family"]
    seconds = rng.choice((1_500.0, 3_000.0, 7_380.0))
    metres = speeds.get(family, 1.5) * seconds
    condition = rng.choice(("Rain", "Sunny"))
    return facts_of(
        an_activity(
            sport_type=sport_type,
            start=datetime(2026, 5, 4, 9, tzinfo=UTC) + timedelta(days=number),
            distance_m=metres,
            moving_time_s=seconds,
            elevation_gain_m=metres * rng.choice((0.003, 0.005, 0.016, 0.03)),
            max_speed_mps=metres / seconds * rng.choice((1.4, 2.6)),
            trainer=rng.random() < 0.2,
            pool=rng.random() < 0.5,
            weather=rng.choice((None, Weather(condition=condition, wind_speed_mps=6.0))),
        )
    )


def test_every_trait_that_the_material_asks_for_can_be() -> None:
    ground = "climb flat rolling hilly short long fast indoor outdoor pool"
    moment = "brief morning afternoon evening night clear sun cloud rain snow fog storm wind"
    known = {*known_sport_types(), *get_args(Family), *GROUPS, *ground.split(), *moment.split()}
    asked = {
        word
        for arc in ARCS
        for needs in (arc.needs, *(way.needs for way in ways_of(arc)))
        for word in (*needs.wanted, *needs.unwanted)
    }
    assert asked <= known
    assert {kind for arc in ARCS for kind in arc.kinds} <= {*known, "any"}
    assert {tone for arc in ARCS for tone in arc.tones} == set(TONES)


def test_every_slot_in_the_material_is_a_slot() -> None:
    ways = [way for arc in ARCS for way in ways_of(arc)] + [way for _, way in MATERIAL.asides]
    assert {slot for way in ways for slot in way.slots} <= set(SLOTS)
    assert not [way.text for way in ways if len(set(way.slots)) < len(way.slots)]


def test_each_plot_has_several_titles_and_no_title_serves_two() -> None:
    titles = Counter(title.text for arc in ARCS for title in arc.titles)
    assert all(len(arc.titles) >= 3 for arc in MATERIAL.arcs)
    assert [title for title, uses in titles.items() if uses > 1] == []


def test_no_sentence_is_used_in_two_plots() -> None:
    uses = Counter(sentence for arc in ARCS for sentence in arc.sentences)
    uses.update({sentence for _, way in MATERIAL.asides for sentence in way.sentences})
    assert [sentence for sentence, count in uses.items() if count > 1] == []


def test_no_two_plots_share_a_run_of_eight_words() -> None:
    where: dict[tuple[str, ...], set[str]] = {}
    for arc in ARCS:
        for way in ways_of(arc):
            words = words_of(way.text)
            for start in range(len(words) - 7):
                where.setdefault(tuple(words[start : start + 8]), set()).add(arc.name)
    assert [" ".join(run) for run, names in where.items() if len(names) > 1] == []


def test_plots_do_not_open_alike() -> None:
    openings = sorted(
        (words_of(way.text)[:4], arc.name) for arc in ARCS for way in arc.lines[0] if way.text
    )
    alike = [
        (one[1], two[1]) for one, two in pairwise(openings) if one[0] == two[0] and one[1] != two[1]
    ]
    assert alike == []


def test_the_material_is_plainly_punctuated() -> None:
    ways = [way.text for arc in ARCS for way in ways_of(arc)] + [w.text for _, w in MATERIAL.asides]
    assert [text for text in ways if re.search(r"[—–;!#*]|  |\d", text)] == []
    lines = [way.text for arc in ARCS for line in arc.lines for way in line if way.text]
    assert [text for text in lines if not text.endswith((".", "?"))] == []


# --- reading it ----------------------------------------------------------------------------------


def test_a_way_begins_with_the_traits_that_it_needs() -> None:
    way = Way.parse("(hilly !motor) The climbs took {moving_time}.")
    assert way.text == "The climbs took {moving_time}."
    assert way.slots == ("moving_time",)
    assert way.words == 3
    assert way.needs.met_by(frozenset({"hilly", "ride"}))
    assert not way.needs.met_by(frozenset({"ride"}))
    assert not way.needs.met_by(frozenset({"hilly", "motor"}))


def test_a_way_without_traits_suits_all() -> None:
    assert Way.parse("It went on.").needs == Needs(frozenset(), frozenset())


def test_sentences_end_where_a_reader_would_end_them() -> None:
    text = 'Left. Right. "Who asked?" {distance} later, at last, it was quiet.'
    assert list(sentences_of(text)) == [
        "Left.",
        "Right.",
        '"Who asked?',
        "{distance} later, at last, it was quiet.",
    ]
