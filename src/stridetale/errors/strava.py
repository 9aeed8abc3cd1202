"""Strava, where it does not give what was asked for."""

from math import ceil

from stridetale.errors.root import StridetaleError


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
            f"Strava was asked as often as it allows; it goes on in {_minutes(seconds)}."
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


def _minutes(seconds: float) -> str:
    minutes = max(1, ceil(seconds / 60))
    return "a minute" if minutes == 1 else f"{minutes} minutes"
