"""What the package raises: one small family, each with a stable code."""

from __future__ import annotations


class HeadshotCheckError(Exception):
    """Base of every error that the package raises on purpose.

    `code` is stable and meant for programs; the message names the file, the cause and the remedy.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class PhotoError(HeadshotCheckError):
    """A picture cannot be read; `source` says which."""

    def __init__(self, code: str, message: str, source: str = "") -> None:
        super().__init__(code, message)
        self.source = source


class WeightsError(HeadshotCheckError):
    """A network's file is missing or damaged."""


class PolicyError(HeadshotCheckError):
    """A policy cannot be read or has a bad key; the message names the key."""
