"""Makes any text safe to print, to encode, or to show in ASCII."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

_HALF: Final = re.compile("[\ud800-\udfff]")


def encodable(text: str) -> str:
    r"""The text with lone surrogates (bytes of a file name that are not text) escaped, as in `\udcff`.

    >>> print(encodable("caf\udce9.jpg"))
    caf\udce9.jpg
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def to_json(document: Any, **style: Any) -> str:
    r"""`json.dumps` whose result every reader takes: no NaN or Infinity, and with `ensure_ascii=False` valid UTF-8.

    Lone surrogates (bytes of a file name that are not text) are escaped as text.

    >>> print(to_json({"name": "caf\udce9 ☕"}, ensure_ascii=False))
    {"name": "caf\\udce9 ☕"}

    Raises
    ------
    ValueError
        NaN or Infinity is in the document.
    """
    text = json.dumps(document, allow_nan=False, **style)
    return text if text.isascii() else _HALF.sub(lambda half: "\\" + encodable(half[0]), text)


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """ "did you mean 'NAME'? " for the closest known name, or empty if none is close.

    >>> did_you_mean("linkdin", ["linkedin", "resume"])
    "did you mean 'linkedin'? "
    """
    import difflib

    close = difflib.get_close_matches(given, list(known), n=1)
    return f"did you mean {close[0]!r}? " if close else ""


_SPELT: Final = str.maketrans(
    {"°": " deg", "×": "x", "–": "-", "—": "-", "−": "-", "→": "->", "’": "'", "‘": "'", "“": '"', "”": '"', "ß": "ss"}
    | {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "æ": "ae", "Æ": "AE", "œ": "oe", "±": "+/-", "…": "..."}
)


def clean(text: str) -> str:
    r"""Text that is safe to print: on one line, without control characters, direction overrides or half characters.

    File names and metadata come from anywhere; an escape sequence in them must not reach the terminal.

    >>> print(clean("me\x1b[31m\u202e.jpg"))
    me\x1b[31m\u202e.jpg
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _printable(char) else _escaped(char) for char in text)


def sentence(text: str) -> str:
    """`clean` for prose: white space of any kind becomes one space."""
    return clean(" ".join(text.split()))


def folded(text: str) -> str:
    """The text in ASCII: accents dropped, signs spelt, what remains becomes "?".

    >>> folded("Zoë – 12° → “fine”, 日")
    'Zoe - 12 deg -> "fine", ?'
    """
    if text.isascii():
        return text
    base = "".join(char for char in unicodedata.normalize("NFKD", text.translate(_SPELT)) if not _mark(char))
    return base.encode("ascii", "replace").decode("ascii")


def capitalised(text: str) -> str:
    """With a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def _mark(char: str) -> bool:
    return unicodedata.combining(char) > 0 or char in "\u200c\u200d\ufe0f"


def _printable(char: str) -> bool:
    # Joiners are format characters too, but emoji and several scripts need them.
    return char.isprintable() or char in " \u200c\u200d"


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
