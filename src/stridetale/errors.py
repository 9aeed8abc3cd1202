"""Everything that can go wrong, as one tree.

Each leaf holds an HTTP `status`, a `kind` (a stable name for programs), a `title` (the same for
every occurrence) and whether it is `transient` (worth trying again as it is). The `detail` is one
clear sentence for a person. The edges translate: the web into problem+json, the command line into
the sentence and exit code 1 (2 for `SettingsInvalid`).

    StridetaleError
    ├── FileRefused                    a file that cannot become an activity
    │   ├── FileMissing                there is no such file
    │   ├── FileEmpty                  nothing in it
    │   ├── FileTooLarge               more than we are willing to read
    │   ├── FileTypeUnknown            not GPX, TCX, FIT, .gz of these, or an export zip
    │   ├── FileDamaged                cut off, bad checksum, not well-formed
    │   ├── FileDangerous              made to do harm: a bomb, an entity attack, a path out
    │   ├── FileHasNoActivity          well-formed, but nothing was recorded in it
    │   └── ExportNotUnderstood        an export whose activities.csv we cannot read
    ├── NotHere
    │   ├── ActivityNotFound           this athlete has no such activity
    │   └── PageNotFound               no such address
    ├── RequestRefused
    │   ├── RequestMalformed           the payload or a parameter is not what the API says
    │   ├── CursorInvalid              a page cursor that we did not make
    │   ├── MethodNotAllowed           the address exists, not with this method
    │   ├── HostNotAllowed             a Host header of another site
    │   ├── OriginNotAllowed           a state-changing request from another site's page
    │   └── TooManyAtOnce              more is being told than this machine should take on
    ├── WriterFailed                   a model cannot draft (the composer still can)
    │   ├── EngineMissing              the wheel with llama.cpp is not installed
    │   ├── WeightsMissing             the weights are not there
    │   ├── WeightsUnusable            the engine cannot load them
    │   ├── WriterTimedOut             no draft in time
    │   ├── WriterUnreachable          the endpoint does not answer
    │   └── WriterRefused              the endpoint answers that it will not
    ├── StravaFailed                   Strava does not give what was asked for
    │   ├── SignInNeeded               no grant, or one that Strava no longer takes
    │   ├── ScopeMissing               the athlete did not grant what this needs
    │   ├── StravaInactive             the app's owner has no paid subscription
    │   ├── StravaLimited              the rate limit is used up
    │   ├── StravaUnreachable          no answer, or none that can be read
    │   └── StravaRefused              Strava answers that it will not
    ├── StoreFailed
    │   ├── StoreUnavailable           the store cannot be opened or does not answer
    │   ├── StoreDamaged               what it holds cannot be read
    │   ├── StoreFull                  one thing is more than the store takes
    │   ├── StoreTooNew                written by a newer Stridetale
    │   ├── CopyRefused                the target of a copy holds something else
    │   └── CopyDiffers                after a copy the two are not the same
    ├── SettingsInvalid                a setting that cannot be used
    ├── PortTaken                      another program listens there already
    └── Unforeseen                     a defect of ours; shows only a request id
"""

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


# --- files -----------------------------------------------------------------------------------


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


# --- not here --------------------------------------------------------------------------------


class NotHere(StridetaleError):
    """Something that was asked for and is not there."""

    status = 404
    kind = "not-here"
    title = "Not found"


class ActivityNotFound(NotHere):
    """This athlete has no such activity."""

    kind = "activity-not-found"
    title = "There is no such activity"

    def __init__(self, activity_id: str) -> None:
        super().__init__(f"You have no activity {activity_id}.")


class PageNotFound(NotHere):
    """No such address."""

    kind = "page-not-found"
    title = "There is no such page"

    def __init__(self, path: str) -> None:
        super().__init__(f"There is nothing at {path}.")


# --- requests --------------------------------------------------------------------------------


class RequestRefused(StridetaleError):
    """A request that cannot be carried out as it stands."""

    status = 400
    kind = "request-refused"
    title = "The request cannot be carried out"


class RequestMalformed(RequestRefused):
    """The payload or a parameter is not what the API says."""

    status = 422
    kind = "request-malformed"
    title = "The request is malformed"


class CursorInvalid(RequestRefused):
    """A page cursor that we did not make."""

    kind = "cursor-invalid"
    title = "The page cursor is not one of ours"

    def __init__(self) -> None:
        super().__init__("Take `before` from the `next` of an earlier page, unchanged.")


class MethodNotAllowed(RequestRefused):
    """The address exists, not with this method."""

    status = 405
    kind = "method-not-allowed"
    title = "The method is not allowed here"

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"{path} does not take {method}.")


class HostNotAllowed(RequestRefused):
    """A Host header of another site, as a DNS rebinding attack sends it."""

    status = 421
    kind = "host-not-allowed"
    title = "This is not a host of ours"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This service does not answer for {host!r}. If that is its name, "
            "add it to STRIDETALE_ALLOWED_HOSTS."
        )


class OriginNotAllowed(RequestRefused):
    """A state-changing request from another site's page."""

    status = 403
    kind = "origin-not-allowed"
    title = "Another site may not do this"

    def __init__(self, origin: str) -> None:
        super().__init__(f"A page of {origin} may not change anything here.")


class TooManyAtOnce(RequestRefused):
    """More is being told than this machine should take on."""

    status = 503
    kind = "too-many-at-once"
    title = "Too many stories are being told"
    transient = True

    def __init__(self) -> None:
        super().__init__("Other stories are being told just now; try again in a few seconds.")


# --- writers ---------------------------------------------------------------------------------


class WriterFailed(StridetaleError):
    """A model cannot draft; the composer still can."""

    status = 503
    kind = "writer-failed"
    title = "The model cannot write"


class EngineMissing(WriterFailed):
    """The wheel with llama.cpp is not installed."""

    kind = "engine-missing"
    title = "The engine is not installed"

    def __init__(self) -> None:
        super().__init__("The engine is not installed: `pip install xllamacpp` brings it.")


class WeightsMissing(WriterFailed):
    """The weights are not there."""

    kind = "weights-missing"
    title = "The model's weights are missing"


class WeightsUnusable(WriterFailed):
    """The engine cannot load the weights."""

    kind = "weights-unusable"
    title = "The model's weights cannot be loaded"


class WriterTimedOut(WriterFailed):
    """No draft in time."""

    status = 504
    kind = "writer-timed-out"
    title = "The model took too long"
    transient = True


class WriterUnreachable(WriterFailed):
    """The endpoint does not answer."""

    status = 502
    kind = "writer-unreachable"
    title = "The model's endpoint does not answer"
    transient = True


class WriterRefused(WriterFailed):
    """The endpoint answers that it will not."""

    status = 502
    kind = "writer-refused"
    title = "The model's endpoint refuses"


# --- Strava ----------------------------------------------------------------------------------


class StravaFailed(StridetaleError):
    """Strava does not give what was asked for."""

    status = 502
    kind = "strava-failed"
    title = "Strava cannot be asked"


class SignInNeeded(StravaFailed):
    """There is no grant, or one that Strava no longer takes."""

    status = 401
    kind = "sign-in-needed"
    title = "Please connect with Strava"

    def __init__(self) -> None:
        super().__init__("Strava does not let us in any more: connect with Strava again.")


class ScopeMissing(StravaFailed):
    """The athlete did not grant what this needs."""

    status = 403
    kind = "scope-missing"
    title = "Strava was not allowed to share this"

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"This needs Strava's permission {scope}: connect again and leave its box ticked."
        )
        self.scope = scope


class StravaInactive(StravaFailed):
    """The owner of the Strava application has no paid subscription (Strava asks for one)."""

    status = 503
    kind = "strava-inactive"
    title = "The Strava application is inactive"

    def __init__(self) -> None:
        super().__init__(
            "Strava says that this application is inactive: its owner needs a paid subscription."
        )


class StravaLimited(StravaFailed):
    """The rate limit of the application is used up.

    Args:
        seconds: until the next call may be made.
    """

    status = 503
    kind = "strava-limited"
    title = "Strava's rate limit is used up"
    transient = True

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Strava was asked as often as it allows; it goes on in {seconds / 60:.0f} minutes."
        )
        self.seconds = seconds


class StravaUnreachable(StravaFailed):
    """No answer, or none that can be read."""

    kind = "strava-unreachable"
    title = "Strava does not answer"
    transient = True


class StravaRefused(StravaFailed):
    """Strava answers that it will not."""

    kind = "strava-refused"
    title = "Strava refuses"


# --- store, settings, the rest ---------------------------------------------------------------


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


class SettingsInvalid(StridetaleError):
    """A setting that cannot be used."""

    kind = "settings-invalid"
    title = "A setting cannot be used"


class PortTaken(StridetaleError):
    """Another program listens there already, or this one may not."""

    status = 503
    kind = "port-taken"
    title = "The port cannot be used"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} of {host} is taken or not allowed: choose another with --port."
        )


class Unforeseen(StridetaleError):
    """A defect of ours; what a person sees of it is a request id."""

    kind = "unforeseen"
    title = "Something went wrong on our side"

    def __init__(self, request_id: str) -> None:
        super().__init__(f"This is a defect of ours. The log has it under {request_id}.")
