"""Rate limits of the sandbox: counted in quarters of an hour and in days, told in headers.

https://developers.strava.com/docs/rate-limits/: windows begin at :00, :15, :30 and :45, and at
midnight UTC; calls that are refused count, too.
"""

from stridetale.strava.sandbox.terms import SandboxTerms

Counts = tuple[int, int]


class Windows:
    """Counts calls.

    Args:
        terms: limits and clock.
    """

    def __init__(self, terms: SandboxTerms) -> None:
        self._terms = terms
        self._quarter = self._day = ""
        self._overall: Counts = (0, 0)
        self._read: Counts = (0, 0)
        self.refused = 0
        """How many calls went beyond a limit."""

    def call(self, *, reading: bool) -> bool:
        """Count a call; whether it is within all limits."""
        self._begin()
        self._overall = _one_more(self._overall)
        within = _within(self._overall, self._terms.overall)
        if reading:
            self._read = _one_more(self._read)
            within = within and _within(self._read, self._terms.read)
        self.refused += not within
        return within

    def headers(self) -> dict[str, str]:
        """What every answer says of them."""
        return {
            "X-RateLimit-Limit": _said(self._terms.overall),
            "X-RateLimit-Usage": _said(self._overall),
            "X-ReadRateLimit-Limit": _said(self._terms.read),
            "X-ReadRateLimit-Usage": _said(self._read),
        }

    def _begin(self) -> None:
        now = self._terms.now()
        quarter, day = f"{now:%Y%m%d%H}{now.minute // 15}", f"{now:%Y%m%d}"
        if quarter != self._quarter:
            self._overall, self._read = (0, self._overall[1]), (0, self._read[1])
        if day != self._day:
            self._overall, self._read = (self._overall[0], 0), (self._read[0], 0)
        self._quarter, self._day = quarter, day


def _one_more(counts: Counts) -> Counts:
    return (counts[0] + 1, counts[1] + 1)


def _within(counts: Counts, limits: Counts) -> bool:
    return counts[0] <= limits[0] and counts[1] <= limits[1]


def _said(counts: Counts) -> str:
    return f"{counts[0]},{counts[1]}"
