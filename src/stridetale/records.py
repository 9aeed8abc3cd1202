"""Records: small things that are kept beside the library: grants, sessions, tokens, jobs.

A record is a JSON document under a kind and a key. There is one way to write, `swap_record`, which
changes only what is still as the writer last saw it: so two processes can never both win.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from stridetale.athlete import AthleteId
from stridetale.errors import StoreDamaged

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Record:
    """One thing that is kept.

    Two records are the same record if kind and key are the same.
    """

    kind: str
    """What it is: "grant", "session", …: lower-case letters, at most 20."""
    key: str
    """Which one of its kind: printable ASCII, at most 200 characters."""
    athlete: AthleteId
    """Whose it is; it goes when everything of theirs goes. "" is nobody's."""
    document: str
    """JSON, at most 100,000 characters."""
    due: datetime | None = None
    """When something is to be done with it, in UTC, to the microsecond."""

    @property
    def place(self) -> tuple[str, str]:
        """By which stores give all of them out in order."""
        return (self.kind, self.key)

    def read(self, model: type[Model]) -> Model:
        """Its document as what it is.

        Raises:
            StoreDamaged: it is no such thing.
        """
        try:
            return model.model_validate_json(self.document)
        except ValidationError as exc:
            raise StoreDamaged(
                f"A record of the kind {self.kind} is damaged: restore a backup of the database."
            ) from exc


class Records(Protocol):
    """Keeps records. What it acknowledged survives a kill.

    Every method raises `StoreUnavailable` where the store does not answer, and `StoreDamaged` where
    a record cannot be read. A write that raises may have been done or not: who has to know reads
    the record and looks for what only it can have written.
    """

    async def record(self, kind: str, key: str) -> Record | None:
        """One record."""
        ...

    async def records(self, kind: str, athlete: AthleteId) -> Sequence[Record]:
        """All records of a kind that are an athlete's, by key."""
        ...

    async def records_due(self, kind: str, until: datetime, *, limit: int) -> Sequence[Record]:
        """Records of a kind that were due at that time or before it, oldest first, then by key."""
        ...

    async def records_after(self, place: tuple[str, str], *, limit: int) -> Sequence[Record]:
        """Records of all athletes by kind and key (as code points order them), after this place."""
        ...

    async def swap_record(self, old: Record | None, new: Record | None) -> bool:
        """Put a record in the place of an old one.

        Args:
            old: as it was read; None: there must be none of this kind and key.
            new: of the same kind and key; None: it is removed.

        Returns:
            Whether all of the old one was (still) so; otherwise, as with neither, nothing changed.
        """
        ...

    async def forget(self, athlete: AthleteId) -> None:
        """Remove everything of an athlete: activities, stories and records, all or nothing.

        A store that cannot do it in one step removes the activities first and the records last, so
        that a kill in the middle leaves something that tells that it was begun.
        """
        ...
