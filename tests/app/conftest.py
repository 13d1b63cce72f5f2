"""A real server on loopback, and a client that has its secret."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from headshot_check.app.server import Address, running


@pytest.fixture(scope="session")
def address() -> Iterator[Address]:
    """A server with one worker, for all tests that leave it as it was."""
    with running(workers=1) as address:
        yield address


@pytest.fixture
def client(address: Address) -> Iterator[httpx.Client]:
    """A client of that server."""
    headers = {"authorization": f"Bearer {address.secret}"}
    with httpx.Client(base_url=address.origin, headers=headers, timeout=120, trust_env=False) as client:
        yield client
