"""The service itself: its settings, its port, its own defects."""

from stridetale.errors.root import StridetaleError


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


class VaultClosed(StridetaleError):
    """Something was sealed with a key that is not here."""

    status = 500
    kind = "vault-closed"
    title = "The key is not the one"

    def __init__(self) -> None:
        super().__init__(
            "What Strava allowed us was sealed with another key: put that key back "
            "(STRIDETALE_SECRET_KEYS, or secret.key in the data folder), or sign in anew."
        )
