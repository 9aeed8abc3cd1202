"""Who may do what: signing in, tokens, and what an athlete may not do."""

from stridetale.errors.requests import NotHere, RequestRefused


class NotSignedIn(RequestRefused):
    """Neither a living session nor a token came with the request."""

    status = 401
    kind = "not-signed-in"
    title = "Please sign in"

    def __init__(self) -> None:
        super().__init__("Sign in at /auth/strava, or send a token: `Authorization: Bearer …`.")


class SignInFailed(RequestRefused):
    """An athlete came back from Strava, and cannot be let in.

    Args:
        why: a sentence.
    """

    kind = "sign-in-failed"
    title = "The sign-in did not succeed"


class AthleteNotAllowed(RequestRefused):
    """The operator's list of athletes has others."""

    status = 403
    kind = "athlete-not-allowed"
    title = "This service is for others"

    def __init__(self, athlete: str) -> None:
        super().__init__(
            f"Athlete {athlete} is not on this service's list (STRIDETALE_STRAVA_ATHLETES): "
            "ask whoever runs it."
        )


class StravaNotSetUp(RequestRefused):
    """There is no connection to Strava.

    Args:
        why: what is missing, in a sentence.
    """

    status = 409
    kind = "strava-not-set-up"
    title = "Strava is not set up here"


class TokenNotFound(NotHere):
    """This athlete has no such token."""

    kind = "token-not-found"
    title = "There is no such token"

    def __init__(self, token_id: str) -> None:
        super().__init__(f"You have no token {token_id}.")


class TooManyTokens(RequestRefused):
    """An athlete has as many tokens as one may have."""

    status = 409
    kind = "too-many-tokens"
    title = "There are too many tokens"

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most} tokens already: revoke one first.")


class NothingToPublish(RequestRefused):
    """An activity that has no story."""

    status = 409
    kind = "nothing-to-publish"
    title = "There is no story to publish"

    def __init__(self, activity_id: str) -> None:
        super().__init__(f"Activity {activity_id} has no story yet: have it told first.")


class NothingPublished(NotHere):
    """No story of this activity is on Strava."""

    kind = "nothing-published"
    title = "No story of it was published"

    def __init__(self, activity_id: str) -> None:
        super().__init__(f"No story of activity {activity_id} was put on Strava from here.")
