"""A draft of the model that was trained on our stories, line by line.

Each line goes ways that stories of the sport went (`phrasing`), so that it makes sense, and is read
before the next one is written: one that is false is written again, at the cost of ten tokens, not
of a whole draft.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from stridetale.choosing import beginning, final_contradictions, rank
from stridetale.draft import SLOT, Draft, Tone, count_words, say_body
from stridetale.grounding.form import LEAST_WORDS, MOST_WORDS
from stridetale.policy import ForModels
from stridetale.wordlists import table
from stridetale.writers import habits, hints, phrasing, prompt
from stridetale.writers.asks import Ask
from stridetale.writers.engine import Engine, Piece
from stridetale.writers.habits import Part, Sentence, Ways
from stridetale.writers.hints import Hint

LEAST_SENTENCES, MOST_SENTENCES = 4, 6
"""Of a paragraph of 50 words, as nearly all training stories have it."""
BY_SENTENCE = 4
"""By which all facts should be told that must be."""
WORDS_OF_A_CLOSING = 6
"""That the last sentence has at the least."""
ENOUGH = 3
"""Ways to choose from."""
TEMPERATURE = 0.5
"""Each way makes sense; the likeliest is the same each time."""
TITLES = 4
"""To choose from, or the likeliest would be told each time."""
RECENT = 40
"""Stories of which no sentence should come again."""
HINTS = 20
"""That are drawn until sentences are found that have its facts in their order."""
TRIES = 4
"""Of each line."""
MAX_TOKENS = 40
"""Of a line; sentences of training stories have 15."""
_WEATHER = frozenset({"weather", "temperature", "wind_speed"})
_ENDS = (".", "!", "?", "\n")
_SUBJECTS = frozenset(table("en/about.toml")["words"])
"""What a sentence may be about."""
_LITTLE = frozenset(table("en/function_words.toml")["own"])
"""Words that may come again."""


@dataclass
class Sentences:
    """One draft, as it is written.

    Args:
        engine: what writes.
        facts: what is true.
        tone: of the story.
        seed: of all chance in it.
        at_once: how many lines are tried at the same time.
        receive: called with every line that goes on, and at the end with a piece that says so.
        stopped: asked at every token whether nobody wants more.
        before: what the athlete was told last, newest first: of its titles and of its newest
            sentences none comes again where there are others.
    """

    engine: Engine
    facts: ForModels
    tone: Tone
    seed: int
    at_once: int
    receive: Callable[[Piece], object]
    stopped: Callable[[], bool]
    before: Sequence[Draft] = ()
    _lines: list[str] = field(default_factory=list)
    """The title with its line break, and the sentences, each with the space before it."""
    _spent: int = 0
    """Tokens since the last line that went on."""
    _tried: int = 0
    _hint: Hint = field(init=False)
    _needed: int = field(init=False)
    """How many slots of the hint, from the first, a story must have."""
    _ways: Ways = field(init=False)
    _uses: list[set[tuple[str, ...]]] = field(init=False)
    """Which facts the sentences use that may stand first, second and so on."""
    _messages: list[prompt.Message] = field(init=False)
    _said: frozenset[str] = field(init=False)
    """The sentences of the newest stories."""

    def __post_init__(self) -> None:
        newest = (habits.sentences_in(one.body) for one in self.before[:RECENT])
        self._said = frozenset(text for texts in newest for text in texts)
        self._ways = habits.ways(self.facts, self.tone)
        self._uses = [{one.slots for one in self._placed(told)} for told in range(BY_SENTENCE)]
        for drawn in range(HINTS):
            self._hint = hints.draw(self.facts, (self.seed + drawn // 2) << 8)
            if drawn % 2:  # each also the other way round
                self._hint = replace(self._hint, slots=self._hint.slots[::-1])
            self._needed = hints.needed(self._hint, self.facts)
            if self._leads(0):
                break
        self._messages = prompt.brief(self.facts, self.tone, self._hint)

    def write(self) -> None:
        """Write the draft; where no line goes on, it has no last piece.

        Raises:
            WeightsUnusable: the engine cannot write with its weights.
        """
        self.engine.forget()
        part: Part | None = None
        while part != "closing":
            part = self._part() if self._lines else None
            line = self._next(part)
            if line is None:
                return
            self._lines.append(line)
            self.receive(Piece(0, line, tokens=self._spent))
            self._spent = 0
        self.receive(Piece(0, "", end="stop"))

    def _next(self, part: Part | None) -> str | None:
        """The line to go on with; None where all that were tried are false, or none can be."""
        if part is None:
            return self._written(self._title())
        match self._ways_on(part):
            case []:
                return None
            case [only]:  # nothing to choose
                line = self._ahead + only.text
                return line if self._may_go_on(line) and not self.stopped() else None
            case ways:
                return self._written(phrasing.graph([one.words for one in ways], ahead=self._ahead))

    def _written(self, grammar: str) -> str | None:
        """What the model writes, where it may stand in the story."""
        for _ in range(TRIES):
            tried = self._try(grammar)
            if self.stopped():
                return None
            for line in filter(self._may_go_on, tried):
                if not self._ways.copies("".join((*self._lines, line)[1:])):
                    return line
        return None

    def _title(self) -> str:
        """The grammar of a title: one of some that are drawn, or it would be the same each time."""
        rng = Random(self.seed)  # noqa: S311 (no secret)
        drawn: list[str] = []
        for group in self._untold():
            if len(drawn) < ENOUGH:
                drawn += rng.sample(group, min(TITLES - len(drawn), len(group)))
        return phrasing.list_of([f"{title}\n" for title in drawn])

    def _untold(self) -> list[list[str]]:
        """Titles that the athlete has not, or not of late."""
        last = len(self.before)
        while True:
            told = {one.title for one in self.before[:last]}
            groups = [
                [title for title in group if title not in told] for group in self._ways.titles
            ]
            if any(groups) or not last:
                return groups
            last //= 2

    def _ways_on(self, part: Part) -> list[Sentence]:
        """The sentences of stories that may stand next.

        What the title's own story says of its idea goes first. Where there are others, they stand
        about where they stood, none speaks of what was spoken of or says a word again, none is in a
        story that the athlete was told of late, and all have the very tone.
        """
        told, title = len(self._lines) - 1, self._lines[0].strip()
        ways = self._possible(part, told, title)
        for one in ways:
            if one.title == title and self._may_go_on(self._ahead + one.text):
                return [one]
        ways = [one for one in ways if one.title != title]
        spoken = habits.words_in("".join(self._lines[1:])) - _LITTLE
        for is_better in (
            lambda one: part != "middle" or abs(one.number - told) <= 1,
            lambda one: (spoken & _SUBJECTS).isdisjoint(habits.words_in(one.text)),
            lambda one: spoken.isdisjoint(habits.words_in(one.text)),
            lambda one: one.text not in self._said,
            lambda one: one.tone == self.tone,
        ):
            better = list(filter(is_better, ways))
            ways = better if len(better) >= ENOUGH else ways
        return ways

    def _possible(self, part: Part, told: int, title: str) -> list[Sentence]:
        """The sentences that may stand after so many, under that title.

        They stand in their stories where this one will, and have the facts that are next in the
        hint, or leave them to others in time. With what is before it none copies a story, but for
        the word before a title's own last sentence.
        """
        used, body = self._used, "".join(self._lines[1:])
        ways = [
            one
            for one in self._placed(told, part)
            if one.text not in body
            and one.slots == self._hint.slots[used : used + len(one.slots)]
            and self._may_stand_by(title, one, told)
            and ((one.own and part == "closing") or not self._ways.copies(f"{body} {one.text}"))
        ]
        most = max((len(one.slots) for one in ways), default=0)
        return [one for one in ways if self._leads(used + len(one.slots), told)] or [
            one for one in ways if len(one.slots) == most
        ]

    def _may_stand_by(self, title: str, one: Sentence, told: int) -> bool:
        """Whether it is of another story, or what the title's own has to say of its idea."""
        if one.title != title:
            return not one.own
        return one.place != "middle" or (one.own and one.number <= told)

    def _placed(self, told: int, part: Part | None = None) -> Iterator[Sentence]:
        """Those that may stand after so many; an opening that tells the weather also second."""
        part = part or ("middle" if told else "opening")
        for one in self._ways.sentences:
            second = told == 1 and one.place == "opening" and not _WEATHER.isdisjoint(one.slots)
            if one.place == part or second:
                yield one

    def _part(self) -> Part:
        """Where in the story the next sentence stands."""
        told = len(self._lines) - 1
        if not told:
            return "opening"
        words = self._words_of("".join(self._lines)) + WORDS_OF_A_CLOSING
        all_told = self._used >= self._needed and told >= LEAST_SENTENCES - 1
        ends = all_told and words >= LEAST_WORDS
        return "closing" if ends or told == MOST_SENTENCES - 1 else "middle"

    def _try(self, grammar: str) -> list[str]:
        """Lines that the model would go on with, each once, in the order of their seeds."""
        texts = ["" for _ in range(self.at_once)]

        def hear(piece: Piece) -> bool:
            texts[piece.candidate] += piece.text
            self._spent += piece.tokens
            return self.stopped()

        begun: Iterator[prompt.Message] = (
            {"role": "assistant", "content": text} for text in ("".join(self._lines),) if text
        )
        ask = Ask([*self._messages, *begun], grammar, TEMPERATURE, max_tokens=MAX_TOKENS)
        seed = (self.seed << 8) + self._tried * self.at_once
        self._tried += 1
        self.engine.wave(ask, count=self.at_once, seed=seed, receive=hear)
        return [text for text in dict.fromkeys(texts) if text.endswith(_ENDS)]

    def _leads(self, used: int, told: int = 0) -> bool:
        """Whether sentences after the one that is the next may tell in time what must be told."""
        slots, reached = self._hint.slots, {used}
        for uses in self._uses[told + 1 :]:
            reached |= {
                at + len(use) for at in reached for use in uses if slots[at : at + len(use)] == use
            }
        return max(reached) >= self._needed

    @property
    def _used(self) -> int:
        return len(SLOT.findall("".join(self._lines)))

    @property
    def _ahead(self) -> str:
        """What stands before a sentence."""
        return " " if len(self._lines) > 1 else ""

    def _may_go_on(self, line: str) -> bool:
        """Whether nothing in it is false or faulty, and it is not too long."""
        whole = "".join((*self._lines, line))
        draft = beginning(whole, self.facts)
        if draft is None or final_contradictions(draft, self.facts):
            return False
        return not rank(draft, self.facts).faults and self._words_of(whole) <= MOST_WORDS

    def _words_of(self, text: str) -> int:
        draft = Draft.parse(text)
        return count_words(say_body(draft, self.facts)) if draft.body else 0
