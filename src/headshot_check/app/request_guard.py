"""The request guard: access control and security headers for every route.

A page of another site can make the browser send requests to 127.0.0.1, with its own Origin or, by DNS rebinding, with
its own Host. Both are refused, and so are requests without the secret.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headshot_check.app.problems import HttpProblem, internal
from headshot_check.app.routes.static_files import no_secret_page
from headshot_check.app.server_state import ServerState

log = logging.getLogger("headshot_check.app")

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy of every answer."""

HEADERS: Final = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), display-capture=(), usb=(), payment=()",
}

PAGE: Final = "/"
_OPEN: Final = "/static/"


class RequestGuard:
    """Checks each request's Host, Origin and secret, then lets it through to `inside`.

    Parameters
    ----------
    once
        Opens the page one time, in place of the secret: the address that a browser is started with can be read by
        everybody on this machine in the list of processes. Empty: none does.
    """

    def __init__(self, inside: ASGIApp, server: ServerState, *, port: int, secret: str, once: str = "") -> None:
        self._inside = inside
        self._state = server
        self._secret = secret
        self._once = once
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        reservation = scope["headshot_check.reservation"] = self._state.budget.reservation()
        try:
            with self._state.under_way():
                self._check_access(scope)
                answer = self._with_secret() if self._opens_once(scope) else self._inside
                await answer(scope, receive, sending)
        except HttpProblem as problem:
            if not started:
                for_people = problem.code == "unauthorized" and scope["path"] == PAGE
                await (no_secret_page() if for_people else problem.response())(scope, receive, sending)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:
            if not self._state.closed:
                raise
            if not started:
                await HttpProblem("closing", "the server was told to stop").response()(scope, receive, sending)
        except Exception as error:
            log.exception("a request to %s failed", scope["path"])
            if not started:
                await internal(error).response()(scope, receive, sending)
        finally:
            reservation.release_all()

    def _check_access(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        self._check_host(headers)
        self._check_origin(headers, scope)
        known = self._has_secret(scope) or self._opens_once(scope)
        (self._state.known_rate if known else self._state.unknown_rate).count()
        if not scope["path"].startswith(_OPEN) and not known:
            raise HttpProblem(
                "unauthorized",
                "the request does not carry the secret of this start",
                headers={"www-authenticate": "Bearer"},
            )

    def _check_host(self, headers: Headers) -> None:
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            raise HttpProblem("bad_host", "this server answers to 127.0.0.1 and localhost only")

    def _check_origin(self, headers: Headers, scope: Scope) -> None:
        if any(origin not in self._origins for origin in headers.getlist("origin")):
            raise HttpProblem("foreign_origin", "the request comes from a page that is not this server's")
        site = headers.get("sec-fetch-site", "none")
        opens_page = scope["path"] == PAGE and headers.get("sec-fetch-dest") == "document"  # a link in a web mail
        if site not in ("none", "same-origin") and not opens_page:
            raise HttpProblem("foreign_origin", "the request comes from a page that is not this server's")

    def _has_secret(self, scope: Scope) -> bool:
        scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return _same(token.strip(), self._secret)
        return _same(_asked(scope, "secret"), self._secret)

    def _opens_once(self, scope: Scope) -> bool:
        is_page = scope["path"] == PAGE and scope["method"] == "GET"
        return is_page and self._once != "" and _same(_asked(scope, "once"), self._once)

    def _with_secret(self) -> ASGIApp:
        self._once = ""
        return RedirectResponse(f"{PAGE}?secret={self._secret}", 303)


def _asked(scope: Scope, name: str) -> str:
    values: list[str] = parse_qs(scope["query_string"].decode("latin-1")).get(name, [""])
    return values[0]


def _same(given: str, expected: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), expected.encode())
