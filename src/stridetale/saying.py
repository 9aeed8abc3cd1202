"""How a value is said: 42,345 metres become "42.3 kilometres", or "26.3 miles".

Pure, and the only place that rounds. Numbers, units and names of days come from Babel (CLDR);
the few words that CLDR lacks stand in `data/<language>/saying.toml`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names
from babel.localedata import locale_identifiers
from babel.units import format_unit

from stridetale.wordlists import languages, table

Units = Literal["metric", "imperial"]
PartOfDay = Literal["morning", "afternoon", "evening", "night"]

METRES_PER_KM = 1_000.0
METRES_PER_MILE = 1_609.344
METRES_PER_FOOT = 0.3048
METRES_PER_YARD = 0.9144


@dataclass(frozen=True)
class Style:
    """How a reader wants values to be said.

    Args:
        locale: a CLDR locale ("en_GB", "en_US"), for numbers, spelling and names of days.
        units: metric (kilometres, metres, °C) or imperial (miles, feet, °F).
    """

    locale: str = "en_GB"
    units: Units = "metric"

    @property
    def language(self) -> str:
        """The language of the locale, the name of its folder in `data/`."""
        return str(Locale.parse(self.locale).language)


def known_locale(text: str) -> str:
    """The locale that a text names, "en-GB" or "en_GB", in CLDR's spelling.

    Raises:
        ValueError: it is none, or of a language that is not there yet; the message is the rest of
            a sentence that begins with what the text was given for.
    """
    try:
        locale = Locale.parse(text.strip().replace("-", "_"))
    except (ValueError, UnknownLocaleError) as exc:
        message = "is not a locale such as en_GB"
        raise ValueError(message) from exc
    if locale.language not in languages():
        message = f"is of a language that is not there yet (there is: {', '.join(languages())})"
        raise ValueError(message)
    return str(locale)


def known_locales() -> list[str]:
    """All locales of languages that are there, in CLDR's spelling."""
    known = languages()
    return sorted(one for one in locale_identifiers() if one.partition("_")[0] in known)


def distance(metres: float, style: Style, *, fine: bool = False) -> str:
    """Say "42.3 kilometres" or "26.3 miles"; "850 metres" or "930 yards" where it is short.

    Args:
        metres: at least 0.
        style: how to say it.
        fine: in metres or yards up to five kilometres, as swimmers do.
    """
    small = 5_000 if fine else 1_000
    if style.units == "metric":
        if rounded(metres, 0) < small:
            return _unit(metres, 0, "length-meter", style)
        return _unit(metres / METRES_PER_KM, 1, "length-kilometer", style)
    yards = metres / METRES_PER_YARD
    if rounded(yards, 0) < small:
        return _unit(yards, 0, "length-yard", style)
    return _unit(metres / METRES_PER_MILE, 1, "length-mile", style)


def height(metres: float, style: Style) -> str:
    """Elevation: "354 metres", "1,161 feet"."""
    if style.units == "metric":
        return _unit(metres, 0, "length-meter", style)
    return _unit(metres / METRES_PER_FOOT, 0, "length-foot", style)


def duration(seconds: float, style: Style) -> str:
    """To the minute: "2 hours 3 minutes", "41 minutes"; "50 seconds" below one."""
    if rounded(seconds, 0) < 60:  # noqa: PLR2004 (seconds in a minute)
        return _unit(seconds, 0, "duration-second", style)
    hours, minutes = divmod(int(rounded(seconds / 60, 0)), 60)
    parts = [(hours, "duration-hour"), (minutes, "duration-minute")]
    return " ".join(_unit(count, 0, unit, style) for count, unit in parts if count)


def speed(metres_per_second: float, style: Style, *, digits: int = 1) -> str:
    """Say "67.2 km/h" or "41.8 mph"."""
    kilometres_per_hour = metres_per_second * 3.6
    if style.units == "metric":
        return _unit(kilometres_per_hour, digits, "speed-kilometer-per-hour", style, "short")
    miles_per_hour = kilometres_per_hour * METRES_PER_KM / METRES_PER_MILE
    return _unit(miles_per_hour, digits, "speed-mile-per-hour", style, "short")


def pace(seconds_per_metre: float, style: Style, *, swum: bool = False) -> str:
    """Say "5:12 per kilometre" or "8:22 per mile"; swum, "1:58 per 100 metres" or yards."""
    metric = style.units == "metric"
    if swum:
        metres = 100 if metric else 100 * METRES_PER_YARD
        whole = _unit(100, 0, "length-meter" if metric else "length-yard", style)
    else:
        metres = METRES_PER_KM if metric else METRES_PER_MILE
        one = _unit(1, 0, "length-kilometer" if metric else "length-mile", style)
        whole = one.replace("1", "", 1).strip()
    minutes, seconds = divmod(int(rounded(seconds_per_metre * metres, 0)), 60)
    return _words(style.language)["per"].format(f"{minutes}:{seconds:02}", whole)


def temperature(celsius: float, style: Style) -> str:
    """Say "14°C" or "57°F"."""
    if style.units == "metric":
        return _unit(celsius, 0, "temperature-celsius", style, "short")
    return _unit(celsius * 9 / 5 + 32, 0, "temperature-fahrenheit", style, "short")


def day(moment: datetime, style: Style) -> str:
    """The weekday: "Tuesday"."""
    return str(get_day_names("wide", locale=style.locale)[moment.weekday()])


def part_of_day(moment: datetime, style: Style) -> str:
    """One of "morning", "afternoon", "evening" and "night"."""
    return _words(style.language)[part_of_day_at(moment.hour)]


def part_of_day_at(hour: int) -> PartOfDay:
    """Morning from 5, afternoon from 12, evening from 17, night from 22 o'clock."""
    if 5 <= hour < 12:  # noqa: PLR2004 (clock hours, as the docstring says)
        return "morning"
    if 12 <= hour < 17:  # noqa: PLR2004
        return "afternoon"
    if 17 <= hour < 22:  # noqa: PLR2004
        return "evening"
    return "night"


def indoor(noun: str, style: Style) -> str:
    """A sport done indoors: "indoor ride"."""
    return _words(style.language)["indoor"].format(noun)


def headline(words: str, style: Style) -> str:
    """Words as they stand in a title: "E-Bike Ride", "67.2 km/h", "Round of Golf"."""
    small = _words(style.language)["small"].split()
    return " ".join(
        word if word in small or "/" in word else _WORD_PART.sub(_capital, word)
        for word in words.split(" ")
    )


def rounded(value: float, digits: int) -> Decimal:
    """Half away from zero, on the shortest decimal form of the number, as people round."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _unit(
    value: float, digits: int, unit: str, style: Style, length: Literal["short", "long"] = "long"
) -> str:
    """The value with its unit as CLDR writes it; no trailing zero, so that "42" is "42"."""
    number = rounded(value, digits)
    if number == number.to_integral_value():
        number = number.to_integral_value()
    return format_unit(
        abs(number) if number == 0 else number, unit, length, format="#,##0.#", locale=style.locale
    )


_WORD_PART = re.compile(r"(?:^|(?<=-))[^\W\d_]")


def _capital(found: re.Match[str]) -> str:
    return found[0].upper()


def _words(language: str) -> dict[str, str]:
    return table(f"{language}/saying.toml")
