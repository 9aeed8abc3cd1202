"""Quantities in a text: "42.3 km", "2h03", "5:12 min/km", "forty-two kilometres". Pure.

How they are spelled is in `data/<language>/readback.toml`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from stridetale.facts import Unit
from stridetale.saying import Units, rounded
from stridetale.wordlists import table

MINUTE_S, HOUR_S = 60, 3_600


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, as precise as it was written."""

    start: int
    end: int
    unit: Unit
    number: Decimal
    factor: float
    """SI units in one of its own."""
    scale: str = ""
    """Of a temperature: "C", "F", or "style" where the reader's own is meant."""

    def is_of(self, value: float, units: Units) -> bool:
        """Whether a value in SI units is this one when it is rounded as it was."""
        digits = len(f"{self.number:f}".partition(".")[2])
        own = value / self.factor
        if self.scale == "F" or (self.scale == "style" and units == "imperial"):
            own = own * 9 / 5 + 32
        return rounded(own, digits) == self.number


def quantities(text: str, language: str) -> Iterator[Quantity]:
    """The quantities of a text, paces and times before what they have parts of."""
    forms = _forms(language)
    for found in forms.pace.finditer(text):
        metres = forms.per[_plain(found["per"])]
        seconds = int(found["minutes"]) * MINUTE_S + int(found["seconds"])
        yield Quantity(*found.span(), "s/m", Decimal(seconds), 1 / metres)
    for found in forms.clock.finditer(text):
        yield _time(found, found["hours"], found["minutes"], found["seconds"], forms)
    for found in forms.time.finditer(text):
        yield _time(
            found, found["hours"], found["compact"] or found["minutes"], found["seconds"], forms
        )
    for found in forms.short_time.finditer(text):
        yield _time(found, None, found["minutes"], found["seconds"], forms)
    for found in forms.amount.finditer(text):
        yield _amount(found, forms)


@dataclass(frozen=True)
class _Forms:
    """The spellings of a language, compiled."""

    pace: re.Pattern[str]
    clock: re.Pattern[str]
    time: re.Pattern[str]
    short_time: re.Pattern[str]
    amount: re.Pattern[str]
    per: dict[str, float]
    lengths: dict[str, float]
    speeds: dict[str, float]
    scales: dict[str, str]
    numbers: dict[str, int]

    def number(self, written: str) -> Decimal:
        """The number that digits or words say."""
        digits = written.replace(",", "")
        if digits[0].isdigit():
            return Decimal(digits)
        total = part = 0
        for word in re.findall(r"[a-z]+", written.casefold()):
            value = self.numbers.get(word, 0)
            if value == 1_000:  # noqa: PLR2004 (it closes a part)
                total, part = total + (part or 1) * value, 0
            elif value == 100:  # noqa: PLR2004 (it multiplies)
                part = (part or 1) * value
            else:
                part += value
        return Decimal(total + part)


def _time(
    found: re.Match[str], hours: str | None, minutes: str | None, seconds: str | None, forms: _Forms
) -> Quantity:
    parts = [forms.number(part) if part else Decimal(0) for part in (hours, minutes, seconds)]
    if parts[2]:
        whole = parts[0] * HOUR_S + parts[1] * MINUTE_S + parts[2]
        return Quantity(*found.span(), "s", whole, 1.0)
    if not minutes and parts[0] != parts[0].to_integral_value():
        return Quantity(*found.span(), "s", parts[0], float(HOUR_S))
    whole = parts[0] * (HOUR_S // MINUTE_S) + parts[1]
    return Quantity(*found.span(), "s", whole, float(MINUTE_S))


def _amount(found: re.Match[str], forms: _Forms) -> Quantity:
    number, spelled = forms.number(found["number"]), _plain(found["unit"])
    if found["negative"]:
        number = -number
    if spelled in forms.scales:
        return Quantity(*found.span(), "°C", number, 1.0, forms.scales[spelled])
    if spelled in forms.speeds:
        return Quantity(*found.span(), "m/s", number, forms.speeds[spelled])
    return Quantity(*found.span(), "m", number, forms.lengths[spelled])


def _plain(spelled: str) -> str:
    return " ".join(spelled.casefold().split())


@cache
def _forms(language: str) -> _Forms:
    rows = table(f"{language}/readback.toml")
    words, numbers = rows["words"], "|".join(rows["numbers"])
    number = (
        rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?"
        rf"|\b(?:{numbers})(?:(?:[ -]|\s+{words['and']}\s+)(?:{numbers})){{0,8}}"
    )
    begins, ends = r"(?<![\w.,:/])", r"(?![\w/]|[.,:]\d|-\w)"
    hours, minutes, seconds = words["hours"], words["minutes"], words["seconds"]
    joint = rf"(?:\s*,)?\s*(?:{words['and']}\s+)?"
    units = [*rows["speed"], *rows["length"], *rows["temperature"]]

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(f"{begins}(?:{pattern}){ends}", re.IGNORECASE)

    return _Forms(
        pace=compiled(
            rf"(?P<minutes>\d{{1,2}})[:'’′](?P<seconds>[0-5]\d)[\"”″]?\s*(?:{minutes})?"
            rf"\s*(?:{words['per']})\s*(?P<per>{_any_of(rows['pace'])})"
        ),
        clock=compiled(
            rf"(?P<hours>\d+):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d)(?:\s*(?:{hours}))?|\s*(?:{hours}))"
        ),
        time=compiled(
            rf"(?P<hours>{number})\s*(?:{hours})(?:(?P<compact>[0-5]\d)(?:{minutes})?"
            rf"|{joint}(?P<minutes>{number})\s*(?:{minutes}))?"
            rf"(?:{joint}(?P<seconds>{number})\s*(?:{seconds}))?"
        ),
        short_time=compiled(
            rf"(?P<minutes>{number})\s*(?:{minutes.removesuffix('|m')})"
            rf"(?:{joint}(?P<seconds>{number})\s*(?:{seconds}))?"
        ),
        amount=compiled(
            rf"(?P<negative>(?:{words['negative']})\s*)?(?P<number>{number})"
            rf"[ \u00a0]?(?P<unit>{_any_of(units)})"
        ),
        per=rows["pace"],
        lengths=rows["length"],
        speeds=rows["speed"],
        scales=rows["temperature"],
        numbers=rows["numbers"],
    )


def _any_of(spellings: list[str] | dict[str, float]) -> str:
    """A pattern of spellings, the longest first, with any blanks between words."""
    longest_first = sorted(spellings, key=len, reverse=True)
    return "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in longest_first)
