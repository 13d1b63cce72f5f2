"""Examines an installation. Each part that is broken is reported as a problem with its remedy; nothing is raised.

Packages are imported inside the functions that need them, so that a missing one does not stop the other checks.
"""

from __future__ import annotations

import importlib
import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from headshot_check import __version__

if TYPE_CHECKING:
    from headshot_check.doctor.formats import Format
    from headshot_check.doctor.networks import NetworkFile

NAME: Final = "headshot-check"
REINSTALL: Final = "Reinstall: pip install --force-reinstall headshot-check"
_IMPORTED_AS: Final = {
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "opencv-python-headless": "cv2",
    "pillow": "PIL.Image",
    "pyarrow": "pyarrow.parquet",
    "ray": "ray.data",
}
"""import names of packages, where they differ from the name of the package"""
_USERS_EXTRAS: Final = ("parquet", "ray", "mediapipe")
"""extras for users; the others are for development"""
_SHARE_CV2: Final = ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless")


@dataclass(frozen=True, slots=True)
class Package:
    """A package that headshot-check requires."""

    name: str
    required: str
    version: str | None
    """installed version; None if not installed"""
    error: str | None
    """why it cannot be used: missing, wrong version, or the error of its import"""


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional set of packages; `missing` names those that are not installed."""

    name: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder in which a scan without --out keeps its results."""

    folder: str | None
    """path with ~ for the user's home; None if the user has no home"""
    bytes: int
    """size of its files; 0 if it does not exist yet"""
    writable: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """A complete check of a plain grey picture."""

    seconds: float | None
    """including the loading of the networks; None if it failed"""
    error: str | None


@dataclass(frozen=True, slots=True)
class Installation:
    """The result. Paths have ~ for the user's home, so that it can be shown to others."""

    headshot_check: str
    """version"""
    python: str
    system: str
    processors: int
    """CPUs that this process may use; a scan has as many workers"""
    processors_of_the_machine: int
    packages: tuple[Package, ...]
    networks: tuple[NetworkFile, ...]
    formats: tuple[Format, ...]
    extras: tuple[Extra, ...]
    checks_of_packages: dict[str, str]
    """name and version of the package that provides each additional check, by check"""
    policy: str | None
    """the policy that this folder's pyproject.toml sets"""
    cache: Cache
    trial: Trial
    problems: tuple[str, ...] = field(default=())
    """parts that are missing or broken, each with its remedy"""
    notes: tuple[str, ...] = field(default=())
    """parts that work, but not as users may expect"""

    @property
    def ok(self) -> bool:
        """Nothing is missing or broken."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """All of it, ready for `json.dumps`."""
        return {"ok": self.ok, **asdict(self)}


def examine() -> Installation:
    """Examine this installation; takes half a second, mostly for loading the networks."""
    problems: list[str] = []

    def look(at: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return at()
        except Exception as error:
            said = _in_words(error)
            if not any(said in problem for problem in problems):  # one missing package may stop several examinations
                problems.append(said)
            return otherwise

    packages = look(lambda: tuple(_packages()), ())
    problems += [
        f"{one.name}: {one.error}. Remedy: pip install '{one.name}{one.required}'" for one in packages if one.error
    ]
    networks = look(_networks, ())
    problems += [f"the network {one.name}: {one.error}. {REINSTALL}" for one in networks if one.error]
    formats = look(_formats, ())
    problems += [f"{one.name} is not read: {one.error}. {REINSTALL}" for one in formats if one.error]
    processors, machine = look(_available_cpus, 0), os.cpu_count() or 1
    checks, policy, extras = (
        look(_checks_of_packages, {}),
        look(_policy_here, "cannot be told: see above"),
        look(lambda: tuple(_extras()), ()),
    )
    cache = _cache()
    notes = list(_notes(packages))
    if not cache.writable:
        notes.append(f"nothing can be kept in {cache.folder or 'a cache folder'}: scan without --out checks all anew")
    trial = _trial()
    if trial.error and not problems:
        problems.append(f"a made-up picture could not be checked: {trial.error}. {REINSTALL}")
    return Installation(
        headshot_check=__version__,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{platform.platform()}, {platform.machine()}",
        processors=processors,
        processors_of_the_machine=machine,
        packages=packages,
        networks=networks,
        formats=formats,
        extras=extras,
        checks_of_packages=checks,
        policy=policy,
        cache=cache,
        trial=trial,
        problems=tuple(problems),
        notes=tuple(notes),
    )


def _networks() -> tuple[NetworkFile, ...]:
    from headshot_check.doctor.networks import networks_found

    return networks_found()


def _formats() -> tuple[Format, ...]:
    from headshot_check.doctor.formats import formats_read

    return formats_read()


def _available_cpus() -> int:
    from headshot_check.workers.pool import available_cpus

    return available_cpus()


def _requirements(extra: str = "") -> Iterable[Any]:
    """Requirements of the package in this environment: its own, or those of an extra alone."""
    from packaging.requirements import Requirement

    try:
        lines = requires(NAME) or []
    except PackageNotFoundError:  # run from a source folder that is not installed
        return
    for line in lines:
        wanted = Requirement(line)
        if wanted.marker is None:
            if not extra:
                yield wanted
        elif wanted.marker.evaluate({"extra": extra}) and (not extra or not wanted.marker.evaluate({"extra": ""})):
            yield wanted


def _packages() -> Iterable[Package]:
    for wanted in _requirements():
        found = _version(wanted.name)
        error = None
        if found is None:
            error = "it is not installed"
        elif not wanted.specifier.contains(found, prereleases=True):
            error = f"{found} is installed"
        else:
            try:
                importlib.import_module(_IMPORTED_AS.get(wanted.name, wanted.name.replace("-", "_")))
            except Exception as fault:
                error = f"it cannot be imported ({_in_words(fault)})"
        yield Package(wanted.name, str(wanted.specifier), found, error)


def _extras() -> Iterable[Extra]:
    for extra in _USERS_EXTRAS:
        yield Extra(extra, tuple(one.name for one in _requirements(extra) if _version(one.name) is None))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _checks_of_packages() -> dict[str, str]:
    from headshot_check.checks import brought_by_packages

    return {name: package for name, (_, package) in brought_by_packages().items()}


def _policy_here() -> str | None:
    from headshot_check.policy import load_policy, project_file

    path = project_file()
    return None if path is None else f"{load_policy(path).name} ({_without_home(path)})"


def _cache() -> Cache:
    from headshot_check.scan.kept.cache_folder import cache_folder

    try:
        folder = cache_folder()
    except RuntimeError:
        return Cache(None, 0, False)
    try:
        there = next(one for one in (folder, *folder.parents) if one.exists())
        size = sum(one.stat().st_size for one in folder.glob("*") if one.is_file())
    except OSError:  # a folder on the way that may not be entered
        return Cache(_without_home(folder), 0, False)
    return Cache(_without_home(folder), size, there.is_dir() and os.access(there, os.W_OK))


def _notes(packages: Sequence[Package]) -> Iterable[str]:
    if not packages:
        yield f"{NAME} is not installed as a package here: what it needs cannot be told"
    if others := [name for name in _SHARE_CV2 if _version(name) is not None]:
        yield f"{' and '.join(others)} brings cv2 as well: whichever was installed last is used"


def _trial() -> Trial:
    start = time.perf_counter()
    try:
        import numpy as np

        from headshot_check.checker import Checker

        report = Checker().check(np.full((480, 480, 3), 128, np.uint8))
    except Exception as error:
        return Trial(None, _in_words(error))
    if report.verdict != "retake":
        return Trial(None, f"a grey picture is {report.verdict}")
    return Trial(round(time.perf_counter() - start, 3), None)


def _without_home(path: Path) -> str:
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
