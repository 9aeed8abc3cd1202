"""Reads the quantities in a published text: every number, with its unit, as an interval in SI.

A number says a value up to half a unit of its last digit: "42.3 kilometres" is 42,250 to 42,350 m.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["length", "time", "speed", "pace", "temperature", "clock", "bare"]


@dataclass(frozen=True)
class Quantity:
    """One quantity that a text says."""

    kind: Kind
    low: float
    high: float
    """In m, s, m/s, s/m or °C; minutes after midnight for a clock; the number itself if bare."""
    said: str
    start: int
    end: int
    """Where it stands in the text."""

    def fits(self, value: float) -> bool:
        """Whether a raw value would be said like this."""
        slack = 1e-9 * max(abs(self.low), abs(self.high), 1.0)
        return self.low - slack <= value <= self.high + slack


ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
ONES += " fifteen sixteen seventeen eighteen nineteen"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS = {word: float(n) for n, word in enumerate(ONES.split())}
WORDS |= {word: 10.0 * (n + 2) for n, word in enumerate(TENS.split())}
TIMES = {"dozen": 12.0, "hundred": 100.0, "thousand": 1_000.0, "million": 1_000_000.0}
PARTS = {"half": 0.5, "twice": 2.0, "double": 2.0, "thrice": 3.0, "triple": 3.0, "couple": 2.0}

_ATOM = "|".join(sorted([*WORDS, *TIMES], key=len, reverse=True))
_SPELLED = rf"\b(?:{_ATOM})(?:(?: |-| and )(?:{_ATOM}))*\b"
_DIGITS = r"(?<![\w.,:])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
NUMBER = rf"(?:{_DIGITS}|{_SPELLED})"

LENGTHS = {
    r"kilomet(?:re|er)s?|kms?|k": 1_000.0,
    r"miles?|mi": 1_609.344,
    r"met(?:re|er)s?|m": 1.0,
    r"yards?|yds?": 0.9144,
    r"feet|foot|ft": 0.3048,
    r"centimet(?:re|er)s?|cm": 0.01,
    r"inch(?:es)?": 0.0254,
}
SPEEDS = {
    r"km/h|kph|kmh|(?:kilomet(?:re|er)s?|km) (?:per|an|each|every) hour": 1 / 3.6,
    r"mph|miles? (?:per|an|each|every) hour": 1_609.344 / 3_600,
    r"m/s|met(?:re|er)s? (?:per|a|each|every) second": 1.0,
    r"knots?": 1_852 / 3_600,
}
SPANS = {
    r"days?": 86_400.0,
    r"hours?|hrs?|h": 3_600.0,
    r"minutes?|mins?|min": 60.0,
    r"seconds?|secs?|sec|s": 1.0,
}
_GAP = r"[\s\u00a0\u202f-]?"
_PER = r"\s*(?:/|per|an?\b|each|every|for (?:each|every))\s*"
_PER_LENGTH = rf"{_PER}(?:(?P<whole>100|hundred|a hundred|one|1)[\s\u00a0-]*)?(?P<unit>%s)\b"
_LENGTH = "|".join(LENGTHS)
_SPAN = "|".join(SPANS)
_CLOCK = r"(?<![\w.,:])(?P<a>\d{1,4}):(?P<b>\d\d)(?::(?P<c>\d\d))?(?![\w:])"
_ONE_SPAN = rf"(?:{NUMBER}|\ban|half an){_GAP}(?:{_SPAN})\b"
_DURATION = rf"{_ONE_SPAN}(?:(?:,? and |,? ){_ONE_SPAN})*(?P<half> and a half)?"

Reading = Callable[[re.Match[str]], tuple[Kind, float, float]]


def quantities(text: str) -> list[Quantity]:
    """All quantities of a text, in the order in which they stand."""
    found: list[Quantity] = []
    rest = text
    for pattern, read in _READINGS:
        for match in pattern.finditer(rest):
            kind, low, high = read(match)
            found.append(Quantity(kind, low, high, match[0].strip(), *match.span()))
        rest = pattern.sub(lambda match: "\0" * len(match[0]), rest)
    return sorted((one for one in found if not _is_idle(one, text)), key=lambda one: one.start)


def number(said: str) -> tuple[float, float]:
    """A number in digits or words, and half a unit of its last digit."""
    if said[-1].isdigit():
        digits = said.replace(",", "").replace("−", "-")
        decimals = len(digits.partition(".")[2])
        return float(digits), 0.5 * 10**-decimals
    total = part = 0.0
    for word in re.split(r"[ -]", said.lower()):
        if word in TIMES:
            part = max(part, 1.0) * TIMES[word]
            total, part = (total + part, 0.0) if word in ("thousand", "million") else (total, part)
        elif word != "and":
            part += WORDS[word]
    return total + part, 0.5


def _factor(unit: str, units: dict[str, float]) -> float:
    return next(size for name, size in units.items() if re.fullmatch(name, unit, re.IGNORECASE))


def _pace(match: re.Match[str]) -> tuple[Kind, float, float]:
    seconds, half = _clock_seconds(match)
    return _per_length(match, seconds, half)


def _long_pace(match: re.Match[str]) -> tuple[Kind, float, float]:
    seconds, half = _seconds(match["time"])
    return _per_length(match, seconds, half)


def _per_length(match: re.Match[str], seconds: float, half: float) -> tuple[Kind, float, float]:
    metres = _factor(match["unit"], LENGTHS)
    metres *= 100 if "100" in (match["whole"] or "") or "hundred" in (match["whole"] or "") else 1
    return "pace", (seconds - half) / metres, (seconds + half) / metres


def _clock_seconds(match: re.Match[str]) -> tuple[float, float]:
    first, second, third = int(match["a"]), int(match["b"]), match["c"]
    if third is not None:
        return first * 3_600.0 + second * 60 + int(third), 0.5
    return first * 60.0 + second, 0.5


def _clock(match: re.Match[str]) -> tuple[Kind, float, float]:
    seconds, half = _clock_seconds(match)
    return "clock", seconds - half, seconds + half


def _seconds(said: str) -> tuple[float, float]:
    """A duration of one or several parts; as fine as its smallest part."""
    seconds, half = 0.0, 0.5
    for match in re.finditer(
        rf"(?P<n>{NUMBER}|half an|\ban){_GAP}(?P<u>{_SPAN})\b", said, re.IGNORECASE
    ):
        size, spelled = _factor(match["u"], SPANS), match["n"].lower()
        value, step = {"an": (1.0, 0.5), "half an": (0.5, 0.25)}.get(spelled) or number(spelled)
        seconds, half = seconds + value * size, step * size
    return seconds, half


def _duration(match: re.Match[str]) -> tuple[Kind, float, float]:
    seconds, half = _seconds(match[0])
    if match["half"]:
        seconds, half = seconds + half, half / 2
    return "time", seconds - half, seconds + half


def _scaled(kind: Kind, units: dict[str, float]) -> Reading:
    def read(match: re.Match[str]) -> tuple[Kind, float, float]:
        (value, half), factor = number(match["n"]), _factor(match["unit"], units)
        return kind, (value - half) * factor, (value + half) * factor

    return read


def _temperature(match: re.Match[str]) -> tuple[Kind, float, float]:
    value, half = number(match["n"])
    if match["unit"].lower().startswith("f"):
        return "temperature", (value - half - 32) / 1.8, (value + half - 32) / 1.8
    return "temperature", value - half, value + half


def _bare(match: re.Match[str]) -> tuple[Kind, float, float]:
    said = match[0].lower()
    value = PARTS[said] if said in PARTS else number(said)[0]
    return "bare", value, value


def _is_idle(one: Quantity, text: str) -> bool:
    """Number words that count nothing: "the one", "two wheels", "a hundred and one" is none."""
    said, rest = one.said.lower(), text[one.end :].lower()
    if one.kind == "length" and re.fullmatch(r"(?:one|a) foot|two feet", said):
        return True
    if one.kind != "bare":
        return False
    body = {
        "two": r"[ -](wheel|feet|leg|hand|arm|knee|eye|lung|foot)",
        "half": r"[ -](asleep|awake)",
    }
    return said == "one" or (said in body and re.match(body[said], rest) is not None)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _readings() -> Iterator[tuple[re.Pattern[str], Reading]]:
    per = _PER_LENGTH % _LENGTH
    yield _compiled(_CLOCK + r"(?:\s*min(?:utes)?)?" + per), _pace
    yield _compiled(rf"(?P<time>{_DURATION}){per}"), _long_pace
    yield _compiled(_CLOCK), _clock
    speed = "|".join(SPEEDS)
    yield _compiled(rf"(?P<n>{NUMBER}){_GAP}(?P<unit>{speed})(?!\w)"), _scaled("speed", SPEEDS)
    degrees = r"(?:°\s?|degrees?\s*)(?P<unit>C(?:elsius)?\b|F(?:ahrenheit)?\b|)"
    yield _compiled(rf"(?P<n>{NUMBER})\s?{degrees}"), _temperature
    yield _compiled(_DURATION), _duration
    yield _compiled(rf"(?P<n>{NUMBER}){_GAP}(?P<unit>{_LENGTH})\b"), _scaled("length", LENGTHS)
    yield _compiled(rf"{NUMBER}|\b(?:{'|'.join(PARTS)})\b"), _bare


_READINGS = tuple(_readings())
