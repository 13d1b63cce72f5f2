"""File names as text: on POSIX a name is bytes, which need not be any."""

from __future__ import annotations


def encodable(text: str) -> str:
    r"""The text in letters that UTF-8 can carry: bytes of a name that are no text are spelt as in `\udcff`.

    >>> print(encodable("caf\udce9.jpg"))
    caf\udce9.jpg
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
