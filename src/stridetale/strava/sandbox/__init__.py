"""The sandbox: a stand-in for Strava, with invented athletes, on this machine.

Other people's Strava clients work against it unchanged. It keeps everything in memory, and when it
is stopped everything is gone. `/sandbox/…` is where its own administration is; all else is where
Strava has it (https://developers.strava.com/docs/reference/).
"""

from stridetale.strava.sandbox.app import make_app
from stridetale.strava.sandbox.terms import SandboxTerms

__all__ = ["SandboxTerms", "make_app"]
