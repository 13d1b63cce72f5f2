"""Fingerprint of everything that a stored result depends on besides the photo: policy, package, networks."""

from __future__ import annotations

import hashlib
from typing import Any

from headshot_check import __version__
from headshot_check.checks import brought_by_packages
from headshot_check.nets.runtime import WEIGHTS
from headshot_check.policy import Policy
from headshot_check.report import SCHEMA_VERSION
from headshot_check.text import to_json


def fingerprint(policy: Policy) -> str:
    """BLAKE2b, 128 bits, hexadecimal, of everything that a result depends on besides the photo.

    That is the policy's name, base and rules, and the versions of the package, of its networks and of packages that
    provide checks; not the policy's title or the origin of its limits.
    """
    parts: dict[str, Any] = {
        "schema": SCHEMA_VERSION,
        "package": __version__,
        "weights": hashlib.sha256((WEIGHTS / "registry.toml").read_bytes()).hexdigest(),  # contains each SHA-256
        "policy": [policy.name, policy.base],
        "rules": [
            (check, rule.limits.to_dict(), rule.weight, rule.same_as, rule.same_when)
            for check, rule in policy.rules.items()
        ],
    }
    if brought := {check: package for check, (_, package) in brought_by_packages().items() if check in policy.rules}:
        parts["brought"] = brought
    return hashlib.blake2b(to_json(parts).encode(), digest_size=16).hexdigest()
