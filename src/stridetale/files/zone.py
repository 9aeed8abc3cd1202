"""The time zone of a place."""

ZONELESS = ("Etc/", "")
"""At sea there are only zones by longitude, which no clock on board need follow."""


def zone_at(latitude: float, longitude: float) -> str | None:
    """IANA name of the zone there, None at sea. Reads its map on first use (60 ms, 20 MB)."""
    import tzfpy

    name = tzfpy.get_tz(longitude, latitude)
    return name if name and not name.startswith("Etc/") else None
