"""The sandbox as its endpoints see it, and Strava's way to refuse."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from anyio.abc import TaskGroup
from fastapi import Depends, Request

from stridetale.strava.sandbox.access import Access, Permission
from stridetale.strava.sandbox.faults import Faults
from stridetale.strava.sandbox.hooks import Hooks
from stridetale.strava.sandbox.terms import SandboxTerms
from stridetale.strava.sandbox.windows import Windows
from stridetale.strava.sandbox.world import Json, World


class Refusal(Exception):
    """Strava's Fault: a message, and what of which resource is wrong."""

    def __init__(self, status: int, message: str, resource: str, name: str, code: str) -> None:
        super().__init__(message)
        self.status = status
        error = {"resource": resource, "field": name, "code": code}
        self.body: Json = {"message": message, "errors": [error]}


def bad(resource: str, name: str, code: str = "invalid") -> Refusal:
    """400."""
    return Refusal(400, "Bad Request", resource, name, code)


def unauthorized(resource: str, name: str, code: str = "invalid") -> Refusal:
    """401."""
    return Refusal(401, "Authorization Error", resource, name, code)


def not_found(resource: str) -> Refusal:
    """404."""
    return Refusal(404, "Record Not Found", resource, "id", "not found")


@dataclass
class Place:
    """Everything that a sandbox has."""

    terms: SandboxTerms
    world: World
    access: Access
    windows: Windows
    faults: Faults
    hooks: Hooks
    tasks: TaskGroup

    def tell(self, *event: Any, **more: Any) -> None:  # noqa: ANN401 (as `Hooks.deliver` takes it)
        """Deliver an event, while the caller goes on."""
        deliver: Callable[[], Coroutine[Any, Any, None]] = lambda: self.hooks.deliver(  # noqa: E731
            *event, **more
        )
        self.tasks.start_soon(deliver)


def _place(request: Request) -> Place:
    place: Place = request.app.state.place
    return place


AtPlace = Annotated[Place, Depends(_place)]


def _permission(request: Request, place: AtPlace) -> Permission:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = place.access.of(token) if scheme.casefold() == "bearer" else None
    if found is None:
        raise unauthorized("Athlete", "access_token")
    return found


Allowed = Annotated[Permission, Depends(_permission)]


def need(permission: Permission, *scopes: str) -> None:
    """Return if one of these scopes was granted.

    Raises:
        Refusal: none of them was.
    """
    if not permission.scopes & set(scopes):
        name = f"{scopes[0].replace(':', '_')}_permission"
        raise unauthorized("AccessToken", name, "missing")
