"""The page, opened in the user's browser."""

from __future__ import annotations

import threading
import webbrowser


def open_page(url: str) -> None:
    """Open it without waiting: some browsers of the terminal only return when they are left."""
    threading.Thread(target=webbrowser.open, args=(url,), name="headshot-browser", daemon=True).start()
