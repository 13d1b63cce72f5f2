"""The page's own files. They hold no data, so they need no secret; only what lies in two folders can be asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from headshot_check.app.problems import HttpProblem
from headshot_check.views.web import NAMES, module

TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""By suffix, and not from the system's table: on Windows that may call a script text/plain, which no browser runs."""

_PACKAGE: Final = Path(__file__).parents[2]
FOLDERS: Final = {"": _PACKAGE / "app" / "static", "web/": _PACKAGE / "views" / "web"}
"""What is at /static/ and below, by prefix."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page() -> Response:
    """The page itself."""
    return await run_in_threadpool(_file, "index.html")


@router.get("/static/{name:path}")
async def static(name: str) -> Response:
    """One of the page's files."""
    return await run_in_threadpool(_file, name)


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    """All files that can be requested, by their path below /static/ (with forward slashes)."""
    found = {}
    for prefix, folder in FOLDERS.items():
        for path in sorted(folder.rglob("*")):
            if path.suffix in TYPES and path.is_file():
                found[prefix + path.relative_to(folder).as_posix()] = path
    return found


def _file(name: str) -> Response:
    if name == f"web/{NAMES}":
        return Response(module(NAMES), media_type=TYPES[".js"])
    path = files().get(name)
    if path is None:
        raise HttpProblem("not_found", "the page has no such file")
    return Response(path.read_bytes(), media_type=TYPES[path.suffix])


def no_secret_page() -> Response:
    """The page for a person who opens the server without its secret."""
    return HTMLResponse(_NO_SECRET, status_code=403)


_NO_SECRET: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>headshot-check: open the whole address</title>
<h1>This address is not complete</h1>
<p>headshot-check printed an address that ends in <code>/?secret=...</code>. Open that one: the secret in it keeps other
programs and web pages away from your photos. It is new each time that <code>headshot-check app</code> starts.</p>
</html>
"""
