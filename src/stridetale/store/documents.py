"""What all stores share: documents are JSON, starts are numbers, a schema is renewed in steps."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import ValidationError

from stridetale.activity import Activity
from stridetale.errors import StoreDamaged, StoreTooNew
from stridetale.story import Story

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Document = TypeVar("Document", Activity, Story)
Step = TypeVar("Step")


def micros(moment: datetime) -> int:
    """Microseconds since 1970, UTC: to sort by and to compare."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(number: int) -> datetime:
    """The moment of so many microseconds since 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=number)


def parsed(kind: type[Document], document: object, *, of: str, where: str) -> Document:
    """A document as what it is.

    Args:
        kind: what it is.
        document: as the store has it; text, unless somebody else changed it.
        of: the activity's id.
        where: the database's name.

    Raises:
        StoreDamaged: it is no such thing.
    """
    try:
        if isinstance(document, str | bytes):
            return kind.model_validate_json(document)
    except ValidationError as exc:
        raise damaged(kind, of=of, where=where) from exc
    raise damaged(kind, of=of, where=where)


def damaged(kind: type[Activity | Story], *, of: str, where: str) -> StoreDamaged:
    """That a document cannot be read, and what to do about it."""
    return StoreDamaged(
        f"The {kind.__name__.lower()} of {of} in the database {where} is damaged: "
        "delete the activity and add its file again."
    )


def damaged_record(kind: object, *, where: str) -> StoreDamaged:
    """That a record of a kind cannot be read, and what to do about it; its key is nobody's."""
    return StoreDamaged(
        f"A record of the kind {kind} in the database {where} is damaged: restore a backup of it."
    )


def due(found: int, steps: Sequence[Step]) -> Sequence[Step]:
    """The steps of migration that are still to be taken; step n leads from schema n to n + 1.

    Raises:
        StoreTooNew: a version with more steps was here.
    """
    if found > len(steps):
        raise StoreTooNew(found, len(steps))
    return steps[found:]
