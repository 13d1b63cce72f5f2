"""The routes, put together behind the request guard."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp

from headshot_check.app import openapi
from headshot_check.app.problems import HttpProblem, as_problem, internal
from headshot_check.app.request_guard import RequestGuard, log
from headshot_check.app.routes import about, checking, coach, cropping, documents, static_files
from headshot_check.app.server_state import ServerState
from headshot_check.crop import TARGETS
from headshot_check.errors import HeadshotCheckError

_GONE = 499  # what nginx calls it


def service(server: ServerState, *, port: int, secret: str, once: str = "") -> ASGIApp:
    """The whole application, as a server runs it.

    Parameters
    ----------
    port
        Where it will be reached: other ports in a request's Host are refused.
    secret
        What a request must carry.
    once
        What opens the page one time in its place.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.server = server
    for router in (checking.router, cropping.router, documents.router, coach.router, about.router):
        app.include_router(router, prefix="/api")
    app.include_router(static_files.router)
    app.add_exception_handler(HTTPException, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_parameter)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(HeadshotCheckError, _known_error)
    app.add_exception_handler(Exception, _internal_error)
    described: dict[str, Any] = {}

    def description() -> dict[str, Any]:
        if not described:
            described.update(openapi.describe(app, list(server.policies), list(TARGETS), server.limits.results))
        return described

    app.openapi = description  # type: ignore[method-assign]
    return RequestGuard(app, server, port=port, secret=secret, once=once)


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return as_problem(error).response()


async def _gone(request: Request, error: Exception) -> Response:
    return Response(status_code=_GONE)  # nobody is there to read it


async def _known_error(request: Request, error: Exception) -> Response:
    log.error("%s", error)
    return internal(error).response()


async def _internal_error(request: Request, error: Exception) -> Response:
    return internal(error).response()  # the request guard logs it


async def _refuse_parameter(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:])
    return HttpProblem("bad_parameter", f"{place}: {first['msg']}").response()
