"""Models that cannot draft; the composer still can."""

from stridetale.errors.root import StridetaleError


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
