"""Requests made up from the OpenAPI description, allowed and forbidden ones: none of them is a fault of the server.

Needs the extra `browser` (schemathesis). `pytest -m slow tests/app/test_openapi_properties.py` is the long run.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from headshot_check.app.server import Address

schemathesis = pytest.importorskip(
    "schemathesis", reason="schemathesis is not installed: pip install -e '.[test,browser]'"
)

OPERATIONS = ("check", "crop", "overlay", "rank", "export", "coach", "policies")
"""all but "close", which would end the run, and "openapi", which schemathesis reads but does not ask for"""
QUIET = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example)
PHASES = (Phase.explicit, Phase.generate)  # a failing request is short enough as it is
MODES = tuple(schemathesis.GenerationMode)


@pytest.fixture(scope="session")
def described(address: Address) -> dict[str, Any]:
    """Operations by name, from the running server's own description."""
    schemathesis.checks.load_all_checks()
    url = f"{address.origin}/api/openapi.json"
    loaded = schemathesis.openapi.from_url(url, headers={"Authorization": f"Bearer {address.secret}"})
    found = [one.ok() for one in loaded.get_all_operations()]
    return {one.definition.raw["operationId"]: one for one in found}


def hold(described: dict[str, Any], address: Address, name: str, mode: Any, examples: int) -> Counter[int]:
    """Make up requests for an operation; how they were answered."""
    statuses: Counter[int] = Counter()
    checks = schemathesis.checks
    left_out = [
        checks.ignored_auth,  # who is let in is asked in tests/app/test_security.py; here all have the secret
        checks.positive_data_acceptance,  # bytes of the right type that are no photo are refused
        checks.negative_data_rejection,  # and what the server does not look at is not
    ]

    @given(case=described[name].as_strategy(generation_mode=mode))
    @settings(max_examples=examples, deadline=None, suppress_health_check=QUIET, phases=PHASES, database=None)
    def ask(case: Any) -> None:
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {address.secret}"}, excluded_checks=left_out)
        statuses[answer.status_code] += 1

    ask()
    return statuses


def test_all_operations_are_asked_for(described: dict[str, Any]) -> None:
    assert set(described) == {*OPERATIONS, "close"}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("mode", MODES, ids=[mode.value for mode in MODES])
def test_no_request_is_a_fault_of_the_server(described: dict[str, Any], address: Address, name: str, mode: Any) -> None:
    statuses = hold(described, address, name, mode, examples=20)
    assert max(statuses) < 500


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("mode", MODES, ids=[mode.value for mode in MODES])
def test_no_request_of_many_is_a_fault_of_the_server(
    described: dict[str, Any], address: Address, name: str, mode: Any
) -> None:
    statuses = hold(described, address, name, mode, examples=500)
    assert max(statuses) < 500
