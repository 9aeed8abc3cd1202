"""The root of the tree of errors."""

from typing import ClassVar


class StridetaleError(Exception):
    """The root of all errors that a person or a program may see.

    Args:
        detail: one sentence that says what is wrong here, and how to mend it where that is known.
    """

    status: ClassVar[int] = 500
    kind: ClassVar[str] = "error"
    title: ClassVar[str] = "Something went wrong"
    transient: ClassVar[bool] = False

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
