"""Files that cannot become an activity."""

from stridetale.errors.root import StridetaleError


class FileRefused(StridetaleError):
    """A file that cannot become an activity.

    Args:
        file: the file's name as the athlete knows it, without folders.
        reason: why, as the rest of a sentence that starts with the name.
    """

    status = 422
    kind = "file-refused"
    title = "The file cannot be read"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file} {reason}")
        self.file = file
        self.reason = reason


class FileMissing(FileRefused):
    """There is no such file."""

    status = 404
    kind = "file-missing"
    title = "There is no such file"


class FileEmpty(FileRefused):
    """Nothing in it."""

    kind = "file-empty"
    title = "The file is empty"


class FileTooLarge(FileRefused):
    """More than we are willing to read."""

    status = 413
    kind = "file-too-large"
    title = "The file is too large"


class FileTypeUnknown(FileRefused):
    """Not GPX, TCX, FIT, .gz of these, or an export zip."""

    status = 415
    kind = "file-type-unknown"
    title = "The file is of a type that we do not read"


class FileDamaged(FileRefused):
    """Cut off, bad checksum, not well-formed."""

    kind = "file-damaged"
    title = "The file is damaged"


class FileDangerous(FileRefused):
    """Made to do harm: a bomb, an entity attack, a path out of the archive."""

    kind = "file-dangerous"
    title = "The file is not safe to read"


class FileHasNoActivity(FileRefused):
    """Well-formed, but nothing was recorded in it."""

    kind = "file-has-no-activity"
    title = "The file has no activity in it"


class ExportNotUnderstood(FileRefused):
    """An export whose activities.csv we cannot read (another language, other columns)."""

    kind = "export-not-understood"
    title = "The export cannot be understood"
