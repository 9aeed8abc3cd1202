"""An independent reader: compares a published story with the activity that it is about.

It reads the text as a stranger would, never the template, and shares no code and no word list
with what wrote and checked the story. What it cannot see: a rare name that is the first word of a
sentence, a number, a place or a person said in a picture, and a false mood.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from stridetale.activity import Activity
from stridetale.evals.known import Raw, has, raw_values, span_of, truths, under_roof, words_of
from stridetale.evals.quantities import Quantity, quantities

WORDS_FEWEST, WORDS_MOST = 40, 60
NEAR = 3
"""How many words may stand between a number and the word that says what it is of."""
FAR = 6
"""How many, where another number may be meant."""
CLAUSE = 2
"""How many words a comma counts for."""
HALF_MINUTE_S = 30.0

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that a text says and the activity does not."""

    kind: str
    said: str
    why: str


def read_story(activity: Activity, *, title: str, body: str) -> list[Finding]:
    """Everything in a story that is not so, or not said by the activity."""
    read = [_unnamed(text, activity) for text in (title, body)]
    found = [
        finding
        for text in read
        for check in CHECKS
        for finding in check(activity, text)
    ]  # fmt: skip
    names = [*_proper_names(activity, read[1]), *_known_names(read)]
    return [*found, *names, *_length(body), *_form(title, body)]


# --- numbers -------------------------------------------------------------------------------------


def _numbers(activity: Activity, text: str) -> Iterator[Finding]:
    known = raw_values(activity)
    for sentence in _sentences(text):
        said = quantities(sentence)
        for one in said:
            roles = {raw.role for raw in known if raw.kind == one.kind and one.fits(raw.value)}
            if one.kind == "clock":
                yield from _clock_finding(activity, one)
            elif not roles and not YEAR.fullmatch(one.said):
                yield Finding("number", one.said, _why_no_role(one, known))
            elif roles:
                yield from _needs(one, roles, sentence)
                yield from _hedged(one, roles, known, sentence)
                yield from _misused(one, roles, said, sentence)


def _why_no_role(one: Quantity, known: list[Raw]) -> str:
    if one.kind == "bare":
        return "a number of nothing"
    values = [f"{raw.role} {raw.value:g}" for raw in known if raw.kind == one.kind]
    return f"{one.low:g} to {one.high:g} is none of: {', '.join(values) or 'nothing known'}"


def _clock_finding(activity: Activity, one: Quantity) -> Iterator[Finding]:
    """h:mm may be a time of the day, or how long it took; h:mm:ss only the latter."""
    span, middle = span_of(activity), (one.low + one.high) / 2
    times = [activity.moving_time_s, activity.elapsed_time_s]
    lasted = {seconds for seconds in times if seconds is not None}
    if any(one.fits(s) or abs(s - middle * 60) <= HALF_MINUTE_S for s in lasted):
        return
    clocks = [moment.hour * 60 + moment.minute for moment in span or ()]
    if middle not in clocks:
        yield Finding("time", one.said, "neither the start, nor the end, nor how long it took")


def _needs(one: Quantity, roles: set[str], sentence: str) -> Iterator[Finding]:
    """A number that is only a climb, a top speed or a wind must be said to be one."""
    for role in ("climb", "top", "wind"):
        if roles == {role} and not has(words_of("needs")[role], sentence):
            yield Finding("quantity", one.said, f"is the {role}, and nothing here says so")


def _hedged(one: Quantity, roles: set[str], known: list[Raw], sentence: str) -> Iterator[Finding]:
    values = [raw.value for raw in known if raw.kind == one.kind and raw.role in roles]
    middle, before = (one.low + one.high) / 2, sentence[: one.start]
    for side, words in words_of("hedges").items():
        match = re.search(rf"\b({words}) $", before, re.IGNORECASE)
        if match is not None and not any((v > middle) == (side == "above") for v in values):
            yield Finding("number", f"{match[1]} {one.said}", f"it is not {side} that")


def _misused(
    one: Quantity, roles: set[str], all_said: list[Quantity], sentence: str
) -> Iterator[Finding]:
    """A number next to a word that says that it is of something else."""
    of_climbing = re.match(
        r" of (?:\w+ )?(climbing|ascent|elevation|uphill)\b", sentence[one.end :]
    )
    if of_climbing and one.kind != "length":
        yield Finding("quantity", f"{one.said}{of_climbing[0]}", "a climb is a height")
    for role, kind in CUES.items():
        if kind != one.kind or role in roles:
            continue
        for cue in re.finditer(rf"\b(?:{words_of('cues')[role]})\b", sentence, re.IGNORECASE):
            if _belongs(cue, one, all_said, sentence):
                why = f"is the {' or the '.join(sorted(roles))}, not the {role}"
                yield Finding("quantity", f"{one.said} … {cue[0]}", why)


def _belongs(cue: re.Match[str], one: Quantity, all_said: list[Quantity], sentence: str) -> bool:
    """Whether a cue is about this number, and not about another of its kind nearby."""
    mine = _between(cue, one, sentence)
    others = [
        _between(cue, other, sentence)
        for other in all_said
        if other.kind == one.kind and other is not one
    ]
    if OF.fullmatch(mine) or any(OF.fullmatch(other) for other in others):
        return OF.fullmatch(mine) is not None
    if DIRECT.fullmatch(mine):
        return True
    return _apart(mine) <= NEAR and all(_apart(other) > FAR for other in others)


CUES = {
    "climb": "length", "distance": "length", "top": "speed", "average": "speed", "wind": "speed",
    "moving": "time", "elapsed": "time",
}  # fmt: skip


YEAR = re.compile(r"\b(?:19|20)\d\d\b(?![,.]?\d|[ -]?[a-z°])")
OF = re.compile(r" of (?:\w+ )?")
"""Between a number and what it is of: "354 metres of steady climbing"."""
DIRECT = re.compile(r"[ -]*(?:(?:of|at|was|is|in|speed)(?: an?| the)? ?)*")


def _between(cue: re.Match[str], one: Quantity, sentence: str) -> str:
    """The words between a cue and a number."""
    if cue.start() >= one.end:
        return sentence[one.end : cue.start()]
    return sentence[cue.end() : one.start] if cue.end() <= one.start else ""


def _apart(between: str) -> int:
    """How many words these are; a comma counts for some."""
    return len(between.split()) + CLAUSE * len(re.findall(r"[,;:–—]", between))


# --- when ----------------------------------------------------------------------------------------


def _days(activity: Activity, text: str) -> Iterator[Finding]:
    span = span_of(activity)
    dates = [] if span is None else list(_each_day(*span))
    days = {WEEKDAYS[date.weekday()] for date in dates}
    actual = f"it was {' or '.join(sorted(days)) or 'on a day that nobody knows'}"
    for day in WEEKDAYS:
        if has(rf"{day}s?", text) and day not in days:
            yield Finding("day", day, actual)
    if (said := has("week-?ends?", text)) and not days & {"Saturday", "Sunday"}:
        yield Finding("day", said, actual)
    if (said := has("weekdays?|midweek|work(ing )?days?", text)) and not days - set(WEEKDAYS[5:]):
        yield Finding("day", said, actual)
    yield from _dates(dates, text)


def _dates(dates: list[datetime], text: str) -> Iterator[Finding]:
    months = {MONTHS[date.month - 1] for date in dates}
    for month in MONTHS:
        if re.search(rf"\b{month}\b", text) and month not in months and _is_month(month, text):
            yield Finding("month", month, f"it was in {' or '.join(months) or 'no known month'}")
    year = YEAR.search(text)
    if year and int(year[0]) not in {date.year for date in dates}:
        yield Finding("year", year[0], f"it was in {' or '.join(str(d.year) for d in dates)}")


def _each_day(start: datetime, end: datetime) -> Iterator[datetime]:
    for n in range(min(8, (end.date() - start.date()).days + 1)):
        yield start + timedelta(days=n)


def _is_month(month: str, text: str) -> bool:
    """Whether it is one: "May" and "March" begin sentences, too."""
    return month not in ("May", "March") or re.search(rf"\w,? {month}\b", text) is not None


def _times(activity: Activity, text: str) -> Iterator[Finding]:
    span = span_of(activity)
    for words, (first, last) in words_of("times").items():
        for match in re.finditer(rf"(?:\b(before|after) )?\b({words})\b", text, re.IGNORECASE):
            if span is None:
                yield Finding("time of day", match[0], "nobody knows what time it was")
            elif not _in_hours(*span, first, last, (match[1] or "").lower()):
                why = f"it lasted from {span[0]:%H:%M} to {span[1]:%H:%M}"
                yield Finding("time of day", match[0], why)


def _in_hours(start: datetime, end: datetime, first: float, last: float, side: str) -> bool:
    """Whether some of it was between these hours, or before or after them on that day."""
    begin = start.hour + start.minute / 60 + start.second / 3_600
    finish = begin + (end - start).total_seconds() / 3_600
    last += 24.0 if last < first else 0.0
    if side == "before":
        return begin < last
    if side == "after":
        return finish > first
    return any(begin < last + day and finish >= first + day for day in (-24.0, 0.0, 24.0))


def _seasons(activity: Activity, text: str) -> Iterator[Finding]:
    """A season must be one on either half of the earth."""
    span = span_of(activity) or (activity.start, activity.start)
    for season, months in words_of("months")["north"].items():
        meant = r"\w+ (?:day|air|morning|evening|sun|weather)"
        said = has(rf"(in|this|of|late|early) {season}|{season}{meant[3:]}", text)
        either = {*months, *((m + 5) % 12 + 1 for m in months)}
        if said and span[0].month not in either:
            yield Finding("season", said, f"it was in {MONTHS[span[0].month - 1]}")


# --- what ----------------------------------------------------------------------------------------


def _sports(activity: Activity, text: str) -> Iterator[Finding]:
    own = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", activity.sport_type).lower()
    for table, kind in (("sports", "sport"), ("places", "place")):
        for words, names in words_of(table).items():
            said = has(words, text)
            if said and said.lower() not in own and not _true_of(activity, names):
                yield Finding(kind, said, f"it was {activity.sport_type}")


def _true_of(activity: Activity, names: list[str]) -> bool:
    sport = activity.sport.sport_type
    if names and names[0].startswith("!"):
        return f"!{sport}" not in names
    groups: Mapping[str, list[str]] = words_of("groups")
    return any(sport == n or (n[0] == "@" and sport in groups[n[1:]]) for n in names)


def _roof(activity: Activity, text: str) -> Iterator[Finding]:
    words, sport = words_of("indoors"), activity.sport.sport_type
    inside = under_roof(activity)
    mostly_indoors = activity.sport.family in ("gym", "mat", "court", "climb")
    if (said := has(words["inside"], text)) and not (inside or mostly_indoors or activity.pool):
        yield Finding("indoors", said, "nothing says that it was indoors")
    if (said := has(words["outside"], text)) and (
        inside or activity.pool or (mostly_indoors and activity.weather is None)
    ):
        yield Finding("indoors", said, "it was indoors, or nothing says that it was not")
    if (said := has(words["pool"], text)) and not (activity.pool and sport == "Swim"):
        yield Finding("indoors", said, "it was not in a pool")
    if sport == "Swim":
        yield from _swim(activity, text)


def _swim(activity: Activity, text: str) -> Iterator[Finding]:
    words = words_of("indoors")
    if (said := has(words["swum_in_a_pool"], text)) and activity.pool is not True:
        yield Finding("indoors", said, "nothing says that it was in a pool")
    if (said := has(words["swum_in_open_water"], text)) and activity.pool is not False:
        yield Finding("indoors", said, "nothing says that it was in open water")


def _weather(activity: Activity, text: str) -> Iterator[Finding]:
    true = truths(activity)
    for words, claims in words_of("weather").items():
        if (said := has(words, text)) and not true & set(claims):
            yield Finding("weather", said, f"known: {', '.join(sorted(true)) or 'nothing'}")


def _never(_: Activity, text: str) -> Iterator[Finding]:
    for kind, words in words_of("never").items():
        for match in re.finditer(rf"\b(?:{words})\b", text, re.IGNORECASE):
            yield Finding(kind, match[0], "no recording says so")


# --- how it is written ---------------------------------------------------------------------------


def _proper_names(activity: Activity, body: str) -> Iterator[Finding]:
    """A capital letter in the middle of a sentence is a name: of a place, a person, a thing."""
    allowed = {*words_of("proper")["allowed"], *WEEKDAYS, *MONTHS, activity.sport_type}
    for match in re.finditer(r"(?<=[\w,;:–—] )[\"'“‘(]*([A-Z][\w’'-]*)", body):
        if match[1].removesuffix("'s").removesuffix("’s") not in allowed:
            yield Finding("name", match[1], "nothing in the activity has this name")


def _known_names(texts: list[str]) -> Iterator[Finding]:
    """First names of people and names of places, also where a capital letter says nothing."""
    known = {*words_of("proper")["people"].split(), *words_of("proper")["places"].split()}
    for text in texts:
        for word in re.findall(r"(?<![\w'’-])[A-Z][^\W\d_]*", text):
            if _bare(word) in known:
                yield Finding("name", word, "nothing in the activity has this name")


def _bare(word: str) -> str:
    """A word in small letters without accents."""
    letters = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def words_in(body: str) -> int:
    """How many words a reader counts."""
    return len([word for word in re.split(r"\s+", body) if re.search(r"[^\W_]", word)])


def _length(body: str) -> Iterator[Finding]:
    words = words_in(body)
    if not WORDS_FEWEST <= words <= WORDS_MOST:
        yield Finding("words", str(words), f"not {WORDS_FEWEST} to {WORDS_MOST}")


def _form(title: str, body: str) -> Iterator[Finding]:
    """What no careful editor lets through."""
    for text in (title, body):
        for pattern, why in FORM.items():
            if match := re.search(pattern, text):
                yield Finding("form", match[0], why)
    if not title.strip():
        yield Finding("form", title, "there is no title")
    if not re.search(r"[.!?…][\"”’)]*$", body):
        yield Finding("form", body[-20:], "the last sentence does not end")


FORM = {
    r"[{}<>\[\]|\\*_#]": "a character that belongs to no prose",
    r"(?i)\b(?!had\b|that\b)(\w+) \1\b": "a word twice",
    r"\s{2,}|\s[,.;!?]|^\s|\s$": "a blank too many",
    r"[,.;:!?]{2,}": "a mark too many",
    r"[,;!?][^\W\d_]|[a-z]\.[A-Z]": "a blank is missing",
    r"[.!?] [a-z]": "a sentence begins with a small letter",
    r"^[a-z]": "it begins with a small letter",
    r"\b[Aa] (?:[aeio](?!ne)|u(?!n[ai]|s|ti)|8|11\b|18\b)": "a, not an, before a vowel",
    r"\b[Aa]n (?:[bcdfgjklmnpqrstvwxyz]|[02-79]|1[02-79])": "an, not a, before a consonant",
    r"(?<![\d.,])1 \w+(?:tres|ters|iles|ours|utes|onds|ards|feet)\b": "one of it is not many",
    r"[\u0000-\u001f\u200b-\u200f\u202a-\u202e]": "a character that cannot be seen",
}


# --- reading -------------------------------------------------------------------------------------

CHECKS: tuple[Callable[[Activity, str], Iterator[Finding]], ...] = (
    _numbers, _days, _times, _seasons, _sports, _roof, _weather, _never,
)  # fmt: skip


def _unnamed(text: str, activity: Activity) -> str:
    """The text with the gear's name, which is the athlete's own word, made into "it"."""
    gear = unicodedata.normalize("NFC", activity.gear or "")
    gear = " ".join("".join(c for c in gear if unicodedata.category(c) not in HIDDEN).split())
    if not gear:
        return text
    return re.sub(rf"(?<!\w){re.escape(gear)}(?!\w)", "it", text, flags=re.IGNORECASE)


HIDDEN = ("Cc", "Cf", "Co", "Cs")


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?…])[\"”’)]*\s+", text) if part]
