"""What devices call a sport, in Strava's words. The table is `data/device_sports.toml`."""

import re
from dataclasses import dataclass

from stridetale.sports import sport_of
from stridetale.wordlists import table

UNKNOWN = "Activity"
"""The sport type of a recording that does not say what it is."""
LONGEST = 60


@dataclass(frozen=True)
class DeviceSport:
    """A sport as a device wrote it."""

    sport_type: str
    trainer: bool = False
    pool: bool | None = None
    """Swum in a pool, or in open water; None for all that does not say."""


TABLE = "device_sports.toml"


def sport_of_word(word: str | None) -> DeviceSport | None:
    """The sport that GPX's `type` or TCX's `Sport` names; None where it names none."""
    folded = re.sub(r"[\W_]", "", (word or "")[:LONGEST].casefold())
    if word is None or folded in ("", "other", "default", "uncategorized", "multisport"):
        return None
    rows = table(TABLE)
    return DeviceSport(
        rows["words"].get(folded) or _strava_or_own(word),
        trainer=folded in rows["indoors"]["words"],
        pool=_in_a_pool(folded, "words"),
    )


def sport_of_fit(sport: object, sub_sport: object, *, virtual: bool) -> DeviceSport | None:
    """The sport that FIT's `sport` and `sub_sport` name; None where they name none.

    Args:
        sport: as fitdecode gives it: a name, or a number that it has no name for.
        sub_sport: likewise.
        virtual: whether the recorder is one that only records virtual rides.
    """
    if not isinstance(sport, str) or sport in ("generic", "all"):
        return None
    if virtual and sub_sport in ("generic", None):
        sub_sport = "virtual_activity"
    rows = table(TABLE)
    found = rows["fit"].get(f"{sport}.{sub_sport}") or rows["fit"].get(sport)
    return DeviceSport(
        found or _strava_or_own(sport),
        trainer=sub_sport in rows["indoors"]["fit"],
        pool=_in_a_pool(sub_sport, "fit"),
    )


def _in_a_pool(word: object, kind: str) -> bool | None:
    rows = table(TABLE)
    if word in rows["open_water"][kind]:
        return False
    return True if word in rows["pool"][kind] else None


def _strava_or_own(word: str) -> str:
    """Strava's spelling of the word, or its own letters: "horseback_riding" is HorsebackRiding."""
    known = sport_of(word[:LONGEST])
    if known.known:
        return known.sport_type
    parts = re.findall(r"[^\W_]+", word[:LONGEST])
    return "".join(part[:1].upper() + part[1:] for part in parts) or UNKNOWN
