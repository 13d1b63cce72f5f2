"""The pages around a report: progress of a scan, errors, how to use the icon."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from headshot_check.views.web import style

_OWN_STYLE = """
main { max-width: 42rem; margin: 12vh auto; padding: 2rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: var(--radius); }
main p, main details { margin: 0.75rem 0 0; }
h1 { margin-top: 0; }
pre { overflow: auto; padding: 1rem; background: var(--sunken); border-radius: var(--radius-small); }
.now { overflow-wrap: anywhere; color: var(--quiet); }
"""


def checking(done: int, of: int, now: str) -> str:
    """Progress of a scan; reloads itself every two seconds."""
    count = f"{done:,} of {of:,} photos are checked." if of else "Looking for photos."
    body = (
        f"<h1>Checking</h1><p role=status>{count} The report appears here when all are done.</p>"
        f"<p class=now>{escape(now)}</p>"
    )
    return _page("Checking", body, head='<meta http-equiv="refresh" content="2">')


def redirects_to(report: str) -> str:
    """Redirects to the report, a file in the same folder."""
    address = quote(report)
    body = f'<h1>Done</h1><p><a class="button main" href="{address}">Open the report</a></p>'
    return _page("Done", body, head=f'<meta http-equiv="refresh" content="0; url={address}">')


def stopped() -> str:
    """Replaces the progress page of a scan that failed."""
    return _page("Stopped", "<h1>Stopped</h1><p>The check has ended without a report; another page says why.</p>")


def error(problem: str, details: str) -> str:
    """Why nothing could be checked; the traceback is collapsed."""
    body = f"<h1>These photos could not be checked</h1><p>{escape(problem)}</p>"
    if details:
        body += f"<details><summary>Details for a report of this fault</summary><pre>{escape(details)}</pre></details>"
    return _page("Not checked", body)


def how_to() -> str:
    """How to use the icon, shown when it is opened without dropping anything."""
    body = (
        "<h1>Drop photos on the icon</h1><p>Drop photos or whole folders on it, or choose them in the file manager and "
        "open them with it. The report opens by itself. Nothing leaves this computer.</p>"
    )
    return _page("How to use it", body)


def _page(title: str, body: str, *, head: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{head}<title>{escape(title)} - headshot-check</title><style>{style()}{_OWN_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )
