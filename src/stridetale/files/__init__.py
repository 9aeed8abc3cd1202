"""Files in: GPX, TCX and FIT, each also as .gz, and zips of them, become activities.

`read_activities` is all that others need. It is lazy, holds one recording in memory at a time, and
has no state of its own, so that it may run in any thread.
"""

from stridetale.files.archive import LeftOut
from stridetale.files.limits import DEFAULT_LIMITS, Limits
from stridetale.files.reader import read_activities

__all__ = ["DEFAULT_LIMITS", "LeftOut", "Limits", "read_activities"]
