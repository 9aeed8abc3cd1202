"""What form of an answer a client prefers (RFC 9110, section 12.5.1)."""


def prefers(accept: str | None, media_type: str) -> bool:
    """Whether the client names this media type, and JSON not before it.

    A client that takes anything (`*/*`) gets JSON.
    """
    qualities = _qualities(accept or "")
    wanted = qualities.get(media_type, 0.0)
    return wanted > 0 and wanted >= qualities.get("application/json", 0.0)


def _qualities(accept: str) -> dict[str, float]:
    """The quality of each media type that is named; one that cannot be read is 0."""
    found: dict[str, float] = {}
    for item in accept.split(","):
        media_type, *parameters = (part.strip().casefold() for part in item.split(";"))
        quality = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        try:
            found[media_type] = float(quality)
        except ValueError:
            found[media_type] = 0.0
    return found
