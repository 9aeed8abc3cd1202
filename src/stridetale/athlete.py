"""An athlete: whose activities and stories they are."""

from typing import NewType

AthleteId = NewType("AthleteId", str)

LOCAL_ATHLETE = AthleteId("local")
"""The one athlete of a service that runs for one person, without sign-in."""
