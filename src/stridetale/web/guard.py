"""What a request must be before it is let in, and the headers that every answer carries.

There is no sign-in where one person runs the service for themselves, so the browser is what an
attacker would use: a page elsewhere that rebinds its DNS name to this machine (the Host header
tells), or that sends a form here (the Origin and Sec-Fetch-Site headers tell).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from starlette.types import Message, Receive

from stridetale.errors import (
    FileTooLarge,
    HostNotAllowed,
    OriginNotAllowed,
    RequestMalformed,
    StridetaleError,
)
from stridetale.settings import Settings

MIB = 1024 * 1024
FORM_BYTES = 64 * 1024
"""Of a body that is no upload."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 (compared with, not bound)

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
CSP_WITH_SCRIPTS = f"{CSP}; script-src 'self'; connect-src 'self'"
"""For the page of the API's documentation; no other page has a script."""

SECURITY_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # not no-referrer: with it, browsers send `Origin: null` with our own forms
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


@dataclass(frozen=True)
class Guard:
    """Lets in what the service is meant to answer.

    Args:
        names: the hosts it answers for, in lower case, without port and brackets.
        upload_mb: the largest upload.
    """

    names: frozenset[str]
    upload_mb: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The guard that these settings ask for."""
        allowed = {name_of(host) for host in settings.allowed_hosts}
        bound = {settings.host.casefold()} - EVERY_ADDRESS
        return cls(names=frozenset(LOOPBACK | allowed | bound), upload_mb=settings.upload_mb)

    def check(self, method: str, headers: Mapping[str, str]) -> None:
        """Return if this request may come in.

        Raises:
            HostNotAllowed: it is meant for another host.
            OriginNotAllowed: it would change something, and another site's page sent it.
            RequestMalformed: its body is too long.
            FileTooLarge: its upload is too long.
        """
        host = headers.get("host", "")
        if name_of(host) not in self.names:
            raise HostNotAllowed(host[:100])
        if method not in SAFE_METHODS:
            self._check_origin(host, headers)
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self.most_bytes(headers):
            raise self.too_large(headers)

    def _check_origin(self, host: str, headers: Mapping[str, str]) -> None:
        origin = headers.get("origin")
        if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
            raise OriginNotAllowed((origin or "another site")[:100])
        if origin is None:  # no browser: curl, a program
            return
        theirs = _netloc(origin)
        # behind a proxy the Host header may be another than the one in the address bar
        ours = theirs == host.casefold() or name_of(theirs) in self.names - LOOPBACK
        if not theirs or not ours:
            raise OriginNotAllowed(origin[:100])

    def most_bytes(self, headers: Mapping[str, str]) -> int:
        """How long the body may be."""
        return self.upload_mb * MIB if _is_upload(headers) else FORM_BYTES

    def too_large(self, headers: Mapping[str, str]) -> StridetaleError:
        """What to say of a body that is longer."""
        if _is_upload(headers):
            return FileTooLarge("The upload", f"is larger than {self.upload_mb:,} MB, our limit.")
        return RequestMalformed(f"The body is longer than {FORM_BYTES // 1024} KiB.")

    def limit(self, receive: Receive, headers: Mapping[str, str]) -> Receive:
        """The same stream, which ends with an error as soon as the body is too long."""
        most, seen = self.most_bytes(headers), 0

        async def limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise self.too_large(headers)
            return message

        return limited


def csp_with_forms_to(address: str) -> str:
    """For a page whose form is redirected there: browsers hold that against the policy, too."""
    site = urlsplit(address)
    return CSP.replace("form-action 'self'", f"form-action 'self' {site.scheme}://{site.netloc}")


def name_of(host: str) -> str:
    """The name in a Host header: "localhost" of "LOCALHOST:8000", "::1" of "[::1]:8000"."""
    host = host.strip().casefold()
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        return name if bracket and (not port or port[0] == ":") else ""
    return host if host.count(":") > 1 else host.partition(":")[0]


def _netloc(origin: str) -> str:
    """Host and port of an Origin header, empty where it is none ("null")."""
    try:
        return urlsplit(origin).netloc.casefold()
    except ValueError:
        return ""


def _is_upload(headers: Mapping[str, str]) -> bool:
    return headers.get("content-type", "").casefold().startswith("multipart/form-data")
