"""Opens the page in the user's browser."""

from __future__ import annotations

import threading
import webbrowser


def open_page(url: str) -> None:
    """Open a URL without waiting: text browsers only return when the user quits them."""
    threading.Thread(target=webbrowser.open, args=(url,), name="headshot-browser", daemon=True).start()
