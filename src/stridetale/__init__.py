"""Stridetale: a recorded activity in, a short true story out."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("stridetale")
except PackageNotFoundError:  # run from a folder that was never installed
    __version__ = "0+unknown"
