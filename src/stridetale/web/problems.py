"""Errors as answers: problem+json (RFC 9457) for programs, a page for people."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route

from stridetale.activity import Frozen
from stridetale.errors import (
    AthleteNotAllowed,
    HostNotAllowed,
    MethodNotAllowed,
    NotSignedIn,
    OriginNotAllowed,
    PageNotFound,
    RequestMalformed,
    RequestRefused,
    StoreUnavailable,
    StravaLimited,
    StridetaleError,
    Unforeseen,
)
from stridetale.web.accept import prefers
from stridetale.web.rendering import render

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
DOCS = "https://github.com/stridetale/stridetale/blob/main/docs/errors.md#"
RETRY_AFTER_S = 5
LONGEST_PATH = 200
"""Of a path that is said back."""
ANYWHERE = (
    NotSignedIn,
    AthleteNotAllowed,
    OriginNotAllowed,
    HostNotAllowed,
    StoreUnavailable,
    Unforeseen,
)
"""What any endpoint may answer."""


class Problem(Frozen):
    """What went wrong (RFC 9457)."""

    type: str
    """Where this kind of problem is explained."""
    title: str
    """The same for every problem of this kind."""
    status: int
    detail: str
    """One sentence that says what is wrong here."""
    kind: str
    """A stable name for programs."""
    transient: bool
    """Whether the same request may succeed in a while."""


def problem_of(error: StridetaleError) -> Problem:
    """What a client is told of an error."""
    return Problem(
        type=DOCS + error.kind,
        title=error.title,
        status=error.status,
        detail=error.detail,
        kind=error.kind,
        transient=error.transient,
    )


def answer(error: StridetaleError, headers: Mapping[str, str]) -> Response:
    """The answer to a request that failed, in the form that its headers prefer."""
    problem = problem_of(error)
    own = {"retry-after": str(_retry_after_s(error))} if error.transient else {}
    if isinstance(error, NotSignedIn):
        own["www-authenticate"] = "Bearer"
    if prefers(headers.get("accept"), "text/html"):
        page = render("problem.html", problem=problem)
        return Response(page, error.status, own, media_type="text/html")
    return Response(problem.model_dump_json(), error.status, own, media_type=MEDIA_TYPE)


def _retry_after_s(error: StridetaleError) -> int:
    return ceil(error.seconds) if isinstance(error, StravaLimited) else RETRY_AFTER_S


def answer_errors(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Let the application answer every foreseen error this way; `routes` are its endpoints."""

    async def foreseen(request: Request, error: Exception) -> Response:
        error = cast("StridetaleError", error)
        if error.status >= 500 and not isinstance(error, RequestRefused):  # noqa: PLR2004 (HTTP)
            log.error("http.failed", kind=error.kind, exc_info=error)
        return answer(error, request.headers)

    async def malformed(request: Request, error: Exception) -> Response:
        return answer(_malformed(request, cast("RequestValidationError", error)), request.headers)

    async def refused(request: Request, error: Exception) -> Response:
        if isinstance(error.__cause__, StridetaleError):  # raised while the body was read
            return answer(error.__cause__, request.headers)
        translated = _translated(request, cast("HTTPException", error))
        response = answer(translated, request.headers)
        if isinstance(translated, MethodNotAllowed):
            response.headers["allow"] = ", ".join(allowed(routes, request.url.path))
        return response

    app.add_exception_handler(StridetaleError, foreseen)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, refused)


def allowed(routes: Sequence[BaseRoute], path: str) -> list[str]:
    """The methods that an address takes."""
    methods: set[str] = set()
    for route in routes:
        if isinstance(route, Route) and route.path_regex.match(path):
            methods |= route.methods or set()
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def documented(*errors: type[StridetaleError]) -> dict[int | str, dict[str, Any]]:
    """The problems of an endpoint for OpenAPI, with those that each one may answer."""
    every: list[type[StridetaleError]] = [*errors, *ANYWHERE]
    responses: dict[int | str, dict[str, Any]] = {}
    for error in every:
        examples = _content(responses, error)["examples"]
        examples[error.kind] = {"summary": error.title, "value": _example(error)}
    for response in responses.values():
        examples = response["content"][MEDIA_TYPE]["examples"]
        response["description"] = "; ".join(each["summary"] for each in examples.values())
    return responses


def answers(
    example: Any,  # noqa: ANN401 (any JSON)
    *errors: type[StridetaleError],
    status: int = 200,
    says: str = "As asked for",
) -> dict[int | str, dict[str, Any]]:
    """The answers of an endpoint for OpenAPI: the good one with an example, and its problems."""
    good = {"description": says, "content": {"application/json": {"example": example}}}
    return {status: good, **documented(*errors)}


def put_problems_into(document: dict[str, Any]) -> None:
    """Give an OpenAPI document the schema that `documented` refers to, in place of FastAPI's own.

    An id that is malformed is not found, so what has no other parameter never answers 422.
    """
    schemas = document["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema(mode="serialization")
    for operations in document["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            if "HTTPValidationError" in str(answers.get("422")):
                del answers["422"]


def _content(
    responses: dict[int | str, dict[str, Any]], error: type[StridetaleError]
) -> dict[str, Any]:
    empty = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}
    response = responses.setdefault(error.status, {"content": {MEDIA_TYPE: empty}})
    content: dict[str, Any] = response["content"][MEDIA_TYPE]
    return content


def _example(error: type[StridetaleError]) -> dict[str, Any]:
    return {
        "type": DOCS + error.kind,
        "title": error.title,
        "status": error.status,
        "detail": error.__doc__,
        "kind": error.kind,
        "transient": error.transient,
    }


def _malformed(request: Request, error: RequestValidationError) -> StridetaleError:
    """What is wrong with the parameters or the body, in one sentence."""
    found = error.errors()
    if any(each["loc"][0] == "path" for each in found):
        return _not_found(request)
    if any(each["loc"] == ("body",) for each in found) and not _is_json(request.headers):
        return RequestMalformed("The body must be JSON, with Content-Type: application/json.")
    return RequestMalformed("; ".join(_sentence(each) for each in found) + ".")


def _sentence(found: dict[str, Any]) -> str:
    where, *rest = found["loc"]
    name = ".".join(str(part) for part in rest) if found["type"] != "json_invalid" else ""
    message = str(found["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return f"{name or f'The {where}'} {message[:1].lower()}{message[1:]}"[:300]


def _is_json(headers: Headers) -> bool:
    return "json" in headers.get("content-type", "")


def _translated(request: Request, error: HTTPException) -> StridetaleError:
    """The framework's own refusals as ours."""
    match error.status_code:
        case 404:
            return _not_found(request)
        case 405:
            return MethodNotAllowed(request.method, request.url.path[:LONGEST_PATH])
        case _:
            return RequestMalformed(f"{str(error.detail).rstrip('.')}.")


def _not_found(request: Request) -> PageNotFound:
    return PageNotFound(request.url.path[:LONGEST_PATH])
