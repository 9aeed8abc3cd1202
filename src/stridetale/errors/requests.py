"""Requests that cannot be carried out, and what is not here."""

from stridetale.errors.root import StridetaleError


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
