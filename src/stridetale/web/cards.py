"""Cards: what the page shows of an activity. All of it is text."""

from dataclasses import dataclass
from typing import Self

from babel.dates import format_date, format_time

from stridetale.activity import Activity, ActivityId
from stridetale.draft import Receipt
from stridetale.facts import Facts, facts_of
from stridetale.library import Entry
from stridetale.policy import is_api_data
from stridetale.saying import Style
from stridetale.story import Author
from stridetale.untrusted import printable

SHOWN = ("distance", "moving_time", "elevation_gain", "average_speed", "average_pace")
"""The facts that stand on a card, where they are known."""


@dataclass(frozen=True)
class Row:
    """A receipt, or a fact: a name and the words for it."""

    name: str
    said: str
    source: str = ""


@dataclass(frozen=True)
class Tale:
    """A story on a card."""

    title: str
    body: str
    by: str
    receipts: tuple[Row, ...]


@dataclass(frozen=True)
class Card:
    """One activity."""

    id: ActivityId
    name: str
    """The athlete's own name for it, else the sport."""
    sport: str
    moment: str
    """The start in full, in ISO 8601."""
    when: str
    """The start in words."""
    facts: tuple[Row, ...]
    left_out: tuple[str, ...]
    """What the recording says and cannot be true, in sentences."""
    tale: Tale | None
    from_strava: bool = False
    """Whether it came from Strava's API."""

    @classmethod
    def of(cls, entry: Entry, style: Style) -> Self:
        """The card of an activity, said in this style."""
        activity, facts = entry.activity, facts_of(entry.activity, style)
        sport = _capital(activity.sport.noun(style.language))
        return cls(
            id=activity.id,
            name=printable(activity.name or "") or sport,
            sport=sport,
            moment=(activity.start_local or activity.start).isoformat(timespec="minutes"),
            when=_when(activity, style),
            facts=tuple(Row(_words(fact.slot), fact.said) for fact in facts if fact.slot in SHOWN),
            left_out=tuple(
                f"Left out: the {_words(omission.slot)} {omission.why}."
                for omission in facts.omitted
            ),
            tale=_tale(entry, facts),
            from_strava=is_api_data(entry.activity),
        )


def _tale(entry: Entry, facts: Facts) -> Tale | None:
    if entry.story is None:
        return None
    story = entry.story.said_of(facts)
    return Tale(story.title, story.body, _by(story.author), tuple(map(_row, story.receipts)))


def _row(receipt: Receipt) -> Row:
    return Row(_words(receipt.slot), receipt.said, receipt.source)


def _by(author: Author) -> str:
    if author.kind == "composer":
        return "Written by the composer, without a model"
    return f"Written by {author.model or 'a model'}"


def _when(activity: Activity, style: Style) -> str:
    start = activity.start_local
    if start is None:
        day = format_date(activity.start, "full", locale=style.locale)
        return f"{day}, {format_time(activity.start, 'short', locale=style.locale)} UTC"
    day = format_date(start, "full", locale=style.locale)
    # the zone is said nowhere: the clock of the place, not of the reader
    return f"{day}, {format_time(start.replace(tzinfo=None), 'short', locale=style.locale)}"


def _words(slot: str) -> str:
    return slot.replace("_", " ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
