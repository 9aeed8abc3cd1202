"""The web application."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import anyio
import structlog
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.staticfiles import StaticFiles

from stridetale import __version__
from stridetale.errors import StoreFailed, WriterFailed
from stridetale.jobs import Worker
from stridetale.services import Services, open_services
from stridetale.settings import Settings
from stridetale.story import StoryWriter
from stridetale.strava.connection import Connection
from stridetale.web import account_pages, api, me, pages, signin, strava_api
from stridetale.web.desk import Desk
from stridetale.web.front import Front
from stridetale.web.guard import Guard
from stridetale.web.problems import answer_errors, put_problems_into

log = structlog.get_logger()

ROUTERS = (
    strava_api.router,
    api.router,
    me.router,
    api.health,
    pages.router,
    account_pages.router,
    signin.router,
    strava_api.webhook,
)
SWEEP_EVERY_S = 600

Opening = Callable[[Settings], AbstractAsyncContextManager[Services]]

DESCRIPTION = """\
Turns recorded activities into short, true stories, on your own machine.

Errors are `application/problem+json` (RFC 9457); `kind` is the stable name for programs. Each
answer carries an `X-Request-ID`, which the log has, too.
"""


def create_app(settings: Settings, *, opening: Opening = open_services) -> FastAPI:
    """The service for one athlete on their own machine.

    Args:
        settings: as the operator chose.
        opening: how the services are opened when the application starts.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        async with opening(settings) as services, anyio.create_task_group() as tasks:
            app.state.desk = Desk.of(services)
            if services.writer is not None:
                tasks.start_soon(_warm_up, services.writer)
            if services.strava is not None:
                await services.strava.begin()
                worker = Worker(services.strava.jobs, services.strava.handlers(services.wish))
                tasks.start_soon(worker.run)
                tasks.start_soon(_sweep, services.strava)
            yield
            tasks.cancel_scope.cancel()

    app = FastAPI(
        title="Stridetale",
        summary="Short, true stories of your activities",
        description=DESCRIPTION,
        version=__version__,
        license_info={"name": "MIT", "identifier": "MIT"},
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    for router in ROUTERS:
        app.include_router(router)
    answer_errors(app, [route for router in ROUTERS for route in router.routes])
    app.mount("/static", StaticFiles(packages=[("stridetale.web", "static")]), name="static")
    # Swagger UI from a package, since a page of ours asks nobody else for anything
    app.mount("/docs/ui", StaticFiles(packages=[("fastapi_offline", "static")]), name="docs-ui")
    app.add_middleware(Front, guard=Guard.of(settings))
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's way to extend it
    return app


async def _warm_up(writer: StoryWriter) -> None:
    """Load the model while nobody waits yet; where it cannot be, the composer writes."""
    try:
        await writer.warm_up()
    except WriterFailed as exc:
        log.warning("writer.missing", kind=exc.kind, detail=exc.detail)
    except Exception:  # a defect of the engine must not end the service
        log.exception("writer.broken")


async def _sweep(strava: Connection) -> None:
    """Delete what has run out, now and again."""
    while True:
        try:
            await strava.sweep()
        except StoreFailed as exc:
            log.warning("sweep.store_failed", detail=exc.detail)
        await anyio.sleep(SWEEP_EVERY_S)


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            license_info=app.license_info,
            routes=app.routes,
        )
        put_problems_into(app.openapi_schema)
    return app.openapi_schema
