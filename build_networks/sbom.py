"""The wheel's list of what it carries of others: a CycloneDX document in .dist-info/sboms (PEP 770).

It names the networks, with the SHA-256, origin and licence of each. What pip installs besides is in the wheel's own
metadata, with its versions, and is not in the wheel. Nothing in it depends on when or where it is built.
"""

from __future__ import annotations

import json
from typing import Any, Final

LICENCE: Final = "MIT AND Apache-2.0"
"""of the package, as in pyproject.toml"""
FILE_NAME: Final = "headshot-check.cdx.json"


def sbom(version: str, registry: dict[str, Any]) -> str:
    """The document for a version of the package, from the tables of weights/registry.toml."""
    package = f"pkg:pypi/headshot-check@{version}"
    networks = [_network(name, entry, registry["source"]) for name, entry in registry["network"].items()]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": package,
                "name": "headshot-check",
                "version": version,
                "purl": package,
                "licenses": [{"expression": LICENCE}],
            }
        },
        "components": networks,
        "dependencies": [
            {"ref": package, "dependsOn": [one["bom-ref"] for one in networks]},
            *({"ref": one["bom-ref"]} for one in networks),
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _network(name: str, entry: dict[str, str], source: dict[str, str]) -> dict[str, Any]:
    """One network: taken from MediaPipe as it is, taken and rewritten, or our own."""
    component: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": f"network:{name}",
        "name": entry["file"],
        "hashes": [{"alg": "SHA-256", "content": entry["sha256"]}],
    }
    if "wheel_path" not in entry:
        # What its training started from is under Apache-2.0: NOTICE and licences/ say of which parts.
        return {**component, "description": "trained by this project", "licenses": [{"expression": LICENCE}]}
    package, _, version = source["requirement"].partition("==")
    origin = {
        "type": "library",
        "name": package,
        "version": version,
        "purl": f"pkg:pypi/{package}@{version}#{entry['wheel_path']}",
        "hashes": [{"alg": "SHA-256", "content": entry.get("wheel_sha256", entry["sha256"])}],
    }
    said = f"rewritten by build_networks/{entry['rewritten_by']}.py" if "rewritten_by" in entry else "unchanged"
    return {
        **component,
        "description": f"from {source['requirement']}, {said}",
        "licenses": [{"license": {"id": source["licence"]}}],
        "pedigree": {"ancestors": [origin], "notes": said},
    }
