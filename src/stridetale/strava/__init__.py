"""Strava: its API, read leniently and within its limits."""
