"""The composer: a story without a model. Pure.

It takes a little plot ("arc") that suits the sport, the tone and what is known, says each of its
lines in the way that uses most of the facts, counts the words as a reader would and has grounding
read the result. What does not pass is not told; the next plot is tried. What the athlete was told
last is not told again.
"""

from collections.abc import Iterator, Sequence
from random import Random

from stridetale.composer_material import Arc, Way, material, sentences_of
from stridetale.composer_scene import traits_of
from stridetale.draft import Draft, Tone, count_words, say_body, say_title
from stridetale.facts import Facts
from stridetale.grounding import contradictions

LEAST_WORDS, MOST_WORDS = 40, 60
"""Of a body, as it is said."""
LEAST_TITLE_WORDS, MOST_TITLE_WORDS = 2, 6
NUMBERS = 2
"""So many numeric facts stand in every body, where so many are known."""
PER_ARC = 3
"""How many bodies of one plot are tried before the next plot."""
GENERAL_SHARE = 0.12
"""How often a plot for any sport comes before those of the sport."""
COLOUR = frozenset({"weather", "temperature", "wind_speed", "gear"})
"""Facts around an activity: a sentence of them may stand before any plot."""
COLOUR_SHARE = 0.35
"""How often one does, where the plot could go without."""
RARE = frozenset({"weather", "gear"})
"""Facts that few activities have and that make a story its own: they count twice."""
CHANCE = 4.0
"""How many facts a body may use fewer than another of the same plot, and be told before it."""

_Ways = tuple[Way, ...]


def compose(
    facts: Facts,
    *,
    tone: Tone,
    seed: int,
    before: Sequence[Draft] = (),
) -> Draft:
    """A true story of these facts in slot form: title and body.

    Args:
        facts: what is known; the sport alone is enough.
        tone: how it should sound.
        seed: the same seed, facts, tone and `before` give the same story.
        before: what was told last, newest first. No sentence of the newest is told again, and
            plots and titles of all of them only where there is nothing else, the oldest first.
    """
    # a text spreads seeds that are close to each other better than a number does
    rng = Random(f"story {seed}")  # noqa: S311 (no secret)
    teller = _Teller(facts, tone, rng, before)
    return next(filter(teller.may_tell, teller.drafts()), None) or teller.last_resort()


class _Teller:
    """Goes through the plots for one activity, the preferred ones first."""

    def __init__(self, facts: Facts, tone: Tone, rng: Random, before: Sequence[Draft]) -> None:
        self.facts, self.tone, self.rng = facts, tone, rng
        self.traits = traits_of(facts)
        self.material = material(facts.style.language)
        self.words_of: dict[str, int] = {fact.slot: count_words(fact.said) for fact in facts}
        self.numeric = frozenset[str](fact.slot for fact in facts if fact.unit is not None)
        earlier = list(enumerate(reversed(before), start=1))  # the newest last, with most
        self.told_titles = {draft.title: lately for lately, draft in earlier}
        self.told = {s: lately for lately, draft in earlier for s in sentences_of(draft.body)}
        self.just_told = frozenset(s for draft in before[:1] for s in sentences_of(draft.body))

    def drafts(self) -> Iterator[Draft]:
        """All drafts worth a look, the preferred ones first."""
        for arc in self._arcs():
            plain = [self._tellable(line) for line in arc.lines]
            asides = self._asides()
            coloured = [[way for way in asides if COLOUR.issuperset(way.slots)], *plain]
            ways_to_tell = [plain, [asides, *plain]]
            if self.rng.random() < COLOUR_SHARE:
                ways_to_tell.insert(0, coloured)
            for lines in ways_to_tell:
                bodies = sorted(self._bodies(lines), key=self._richness, reverse=True)
                for ways in bodies[:PER_ARC]:
                    yield _draft(self._title(arc), ways)

    def last_resort(self) -> Draft:
        """What is true of every activity, with as few sentences told just now as can be."""
        last = self.material.last
        bodies = list(_paths([[way for way in line if self._can_say(way)] for line in last.lines]))
        best = max(
            bodies,
            key=lambda ways: (
                self._fits(ways),
                -sum(len(self.just_told & way.sentences) for way in ways),
            ),
        )
        return _draft(self._title(last), best)

    def may_tell(self, draft: Draft) -> bool:
        """Whether the draft is true and has its length."""
        title = count_words(say_title(draft, self.facts))
        body = count_words(say_body(draft, self.facts))
        return (
            LEAST_TITLE_WORDS <= title <= MOST_TITLE_WORDS
            and LEAST_WORDS <= body <= MOST_WORDS
            and not contradictions(draft, self.facts)
        )

    def _arcs(self) -> list[Arc]:
        """The plots that suit: those told longest ago first, mostly of the sport, by chance."""
        general_too = self.rng.random() < GENERAL_SHARE

        def place(arc: Arc) -> tuple[int, bool, float]:
            timely = not arc.needs.wanted.isdisjoint(self.facts.weather_kinds)
            lately = max(self.told.get(sentence, 0) for sentence in arc.sentences)
            return lately, arc.general != general_too, self.rng.random() / (1 + timely)

        return sorted(filter(self._suits, self.material.arcs), key=place)

    def _suits(self, arc: Arc) -> bool:
        kinds = {"any", self.facts.sport.family, self.facts.sport.sport_type}
        return (
            self.tone in arc.tones
            and not kinds.isdisjoint(arc.kinds)
            and arc.needs.met_by(self.traits)
        )

    def _title(self, arc: Arc) -> str:
        """A title of the plot: one that was not told, or else longest ago."""
        titles = [title.text for title in arc.titles if self._can_say(title)]
        return min(titles, key=lambda title: (self.told_titles.get(title, 0), self.rng.random()))

    def _asides(self) -> list[Way]:
        return self._tellable([way for tone, way in self.material.asides if tone == self.tone])

    def _tellable(self, line: Sequence[Way]) -> list[Way]:
        """The ways to say a line of which nothing was told just now."""
        return [
            way for way in line if self._can_say(way) and self.just_told.isdisjoint(way.sentences)
        ]

    def _can_say(self, way: Way) -> bool:
        return all(slot in self.words_of for slot in way.slots) and way.needs.met_by(self.traits)

    def _bodies(self, lines: Sequence[Sequence[Way]]) -> Iterator[_Ways]:
        return filter(self._fits, _paths(lines))

    def _fits(self, ways: _Ways) -> bool:
        """Whether it has about the right length and numbers enough."""
        slots = [slot for way in ways for slot in way.slots]
        words = sum(way.words for way in ways) + sum(self.words_of[slot] for slot in slots)
        numbers = len(self.numeric.intersection(slots))
        return LEAST_WORDS <= words <= MOST_WORDS and numbers >= min(NUMBERS, len(self.numeric))

    def _richness(self, ways: _Ways) -> float:
        """How many facts it uses, with some chance in it, so that a plot is not told alike."""
        slots = [slot for way in ways for slot in way.slots]
        rare = sum(slot in RARE for slot in slots)
        return len(slots) + rare + CHANCE * self.rng.random()


def _draft(title: str, ways: _Ways) -> Draft:
    return Draft(title=title, body=" ".join(way.text for way in ways if way.text))


def _paths(lines: Sequence[Sequence[Way]]) -> Iterator[_Ways]:
    """Each way through the lines on which no slot stands twice."""
    if not lines:
        yield ()
        return
    for ways in _paths(lines[:-1]):
        taken = {slot for way in ways for slot in way.slots}
        for way in lines[-1]:
            if taken.isdisjoint(way.slots):
                yield (*ways, way)
