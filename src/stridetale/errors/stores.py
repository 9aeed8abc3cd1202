"""Stores that cannot do their work."""

from stridetale.errors.root import StridetaleError


class StoreFailed(StridetaleError):
    """The store cannot do its work."""

    status = 503
    kind = "store-failed"
    title = "The store cannot be used"


class StoreUnavailable(StoreFailed):
    """The store cannot be opened or does not answer."""

    kind = "store-unavailable"
    title = "The store does not answer"
    transient = True


class StoreDamaged(StoreFailed):
    """What it holds cannot be read."""

    status = 500
    kind = "store-damaged"
    title = "The store is damaged"


class StoreFull(StoreFailed):
    """One thing is more than the store takes."""

    status = 507
    kind = "store-full"
    title = "The store takes no more of this"


class StoreTooNew(StoreFailed):
    """Written by a newer Stridetale."""

    kind = "store-too-new"
    title = "The store was written by a newer version"

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The store has schema {found}, this version knows up to {known}: update Stridetale."
        )


class CopyRefused(StoreFailed):
    """The target of a copy holds something else."""

    status = 409
    kind = "copy-refused"
    title = "The target of the copy is not empty"


class CopyDiffers(StoreFailed):
    """After a copy the two are not the same."""

    status = 409
    kind = "copy-differs"
    title = "The copy is not the same"
