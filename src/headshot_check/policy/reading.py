"""Reads policies from TOML: built-in ones, custom files, and the table in pyproject.toml."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from headshot_check.checks import Check, brought_by_packages, known_checks
from headshot_check.defaults import DEFAULT_POLICY
from headshot_check.errors import PolicyError
from headshot_check.policy.judging import Policy
from headshot_check.policy.tables import (
    LIMITS,
    OFF,
    check_order,
    check_same,
    checked_table,
    one_of,
    rule_of,
    shown,
)
from headshot_check.text import clean, did_you_mean
from headshot_check.words import SUBJECT_NAMES, words_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


PROJECT_FILE = "pyproject.toml"
PROJECT_TABLE = "headshot-check"
"""`[tool.headshot-check]`"""

_BUILT_IN = Path(__file__).parent
_FILE_KEYS = ("name", "title", "extend", "checks")
_PROJECT_KEYS = ("policy", *_FILE_KEYS)
_LONGEST_CHAIN = 16
"""most policies in a chain of `extend`; real ones have two or three"""
_LARGEST_FILE = 1 << 20
"""bytes; far above any real policy"""


@dataclass(slots=True)
class _Draft:
    """A policy while it is merged with those that it extends."""

    name: str
    title: str
    tables: dict[str, dict[str, Any]]
    """validated tables by check, with `set_by`"""
    base: str | None = None


def built_in() -> tuple[str, ...]:
    """Names of the built-in policies."""
    return tuple(sorted(path.stem for path in _BUILT_IN.glob("*.toml")))


def load_policy(name: str | PathLike[str], checks: Iterable[Check] = ()) -> Policy:
    """Read a built-in policy by name, or a custom one by the path of its .toml file.

    A file may say `extend = "linkedin"` (or a file, relative to its own folder), and then contains only the
    differences. From a pyproject.toml the table `[tool.headshot-check]` is read.

    Parameters
    ----------
    name
        Name or path.
    checks
        Custom checks. These and the checks of installed packages are part of every policy, with their own limits unless
        the policy sets others.

    Raises
    ------
    CheckError
        A check of another package cannot be used.
    PolicyError
        The policy does not exist, or has an unknown key or an invalid value; the message names file, key and remedy.
    """
    if not isinstance(name, (str, PathLike)):
        what = type(name).__name__
        raise PolicyError(f"policy must be a name or the path of a .toml file, not {what}")
    brought = {check: one for check, (one, _) in brought_by_packages().items()}
    draft = _draft(fspath(name), Path(), (), brought | {check.name: check for check in checks})
    rules = {check: rule_of(table) for check, table in draft.tables.items()}
    return Policy(draft.name, draft.title, rules, draft.base)


def project_file(folder: str | PathLike[str] = ".") -> Path | None:
    """The closest pyproject.toml with a `[tool.headshot-check]` table, in a folder or its parents; None without one.

    Raises
    ------
    PolicyError
        A pyproject.toml that mentions headshot-check is not valid TOML.
    """
    try:
        start = Path(folder).resolve()
    except OSError:  # the folder that one stands in is gone
        return None
    for place in (start, *start.parents):
        path = place / PROJECT_FILE
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if PROJECT_TABLE not in text:  # unrelated, possibly invalid
            continue
        tools = _document(path).get("tool")
        if isinstance(tools, dict) and PROJECT_TABLE in tools:
            return path
    return None


def with_checks(policy: Policy, checks: Iterable[Check]) -> Policy:
    """The policy with rules appended for those of the checks that it has no rule for."""
    added = {check.name: rule_of(_brought(check, policy.name)) for check in checks if check.name not in policy.rules}
    return replace(policy, rules={**policy.rules, **added})


def _draft(
    given: str, folder: Path, chain: tuple[str, ...], brought: Mapping[str, Check], *, asked: str = ""
) -> _Draft:
    """The policy `given` (a path is relative to `folder`), merged with those that it extends.

    `asked` says in errors which file asks for it.
    """
    path = _BUILT_IN / f"{given}.toml" if given in built_in() else folder / given
    if len(chain) == _LONGEST_CHAIN:
        raise PolicyError(f"{path}: extend leads through more than {_LONGEST_CHAIN} files: merge some of them")
    if path.suffix != ".toml":
        names = built_in()
        raise PolicyError(
            f"{asked}there is no policy {shown(given)}: {did_you_mean(given, names)}use one of {', '.join(names)}, "
            "or the path of a .toml file"
        )
    try:
        key = str(path.resolve())
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a zero character
        raise PolicyError(f"{str(path)!r} cannot be read ({error}): check the path") from error
    if key in chain:
        raise PolicyError(f"{path}: extend leads back to this file: name another policy there")
    document = _document(path)
    if path.name == PROJECT_FILE:
        document = _project_table(document, path)
    else:
        _check_keys(document, _FILE_KEYS, f"{path}: ", "a policy")
    base = None
    if "extend" in document:
        if not isinstance(document["extend"], str):
            raise PolicyError(f"{path}: extend must be the name of a policy or a file, not {shown(document['extend'])}")
        base = _draft(document["extend"], path.parent, (*chain, key), brought, asked=f"{path}: ")
    return _laid_over(base, document, path, brought)


def _document(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_FILE + 1)
        if len(text) > _LARGEST_FILE:
            raise PolicyError(f"{path}: has more than {_LARGEST_FILE:,} bytes, so it is no policy: name another file")
        document: dict[str, Any] = tomllib.loads(text.decode("utf-8").replace("\r\n", "\n"))
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read ({error.strerror}): check the path") from error
    except RecursionError as error:
        raise PolicyError(f"{path}: its tables or lists are nested too deeply: a policy has three levels") from error
    except ValueError as error:  # not TOML, not UTF-8, or a number of more digits than Python reads
        raise PolicyError(f"{path}: is not valid TOML ({error}): correct it there") from error
    return document


def _project_table(document: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """The table `[tool.headshot-check]` as the document of a policy file; its key `policy` means `extend`."""
    tools = document.get("tool")
    table = tools.get(PROJECT_TABLE) if isinstance(tools, dict) else None
    where = f"{path}: tool.{PROJECT_TABLE}"
    if not isinstance(table, dict):
        raise PolicyError(f"{where} is missing: add that table, or name another file")
    _check_keys(table, _PROJECT_KEYS, f"{where}: ", "the table")
    if "policy" in table and "extend" in table:
        raise PolicyError(f"{where}: policy and extend say the same: keep one of them")
    table = dict(table)
    table["extend"] = table.pop("policy", table.get("extend", DEFAULT_POLICY))
    if not isinstance(table["extend"], str):
        raise PolicyError(f"{where}.policy must be the name of a policy or a file, not {shown(table['extend'])}")
    return table


def _laid_over(base: _Draft | None, document: Mapping[str, Any], path: Path, brought: Mapping[str, Check]) -> _Draft:
    checks = document.get("checks", {})
    if not isinstance(checks, dict) or not (checks or base):
        raise PolicyError(
            f'{path}: has no checks: add at least one table such as [checks."lighting.dark"], '
            f'or extend = "{DEFAULT_POLICY}"'
        )
    built = path.parent == _BUILT_IN
    default = path.stem if path.name != PROJECT_FILE else PROJECT_FILE if checks or base is None else base.name
    name = _text(document, "name", default, path)
    title = _text(document, "title", base.title if base and not checks else name, path)
    tables = {check: dict(table) for check, table in base.tables.items()} if base else {}
    setter = name if built else path.name
    below = tables if base else {check: _brought(one, setter) for check, one in brought.items()}
    for check, table in _flat(checks).items():
        where = f'{path}: checks."{check}"'
        if check not in known_checks():
            raise PolicyError(f"{where} is not a check: {one_of(check, known_checks())}")
        if table == OFF:
            tables.pop(check, None)
            below.pop(check, None)
            continue
        if not isinstance(table, dict):
            raise PolicyError(f'{where} must be a table of limits or "{OFF}", not {shown(table)}')
        tables[check] = _merged(
            below.get(check, {}), checked_table(table, words_of(check), known_checks()[check][1], where), setter
        )
        check_same(tables[check], check, where)
        check_order(tables[check], where)
    tables |= {check: table for check, table in below.items() if check not in tables}
    same = path.name == PROJECT_FILE and not checks  # it only selects a policy
    extended = None if base is None else base.base if same else base.name
    return _Draft(name, title, tables, extended)


def _brought(check: Check, setter: str) -> dict[str, Any]:
    """A custom check's own limits as a table of a policy."""
    where = f"the check {check.name!r}"
    given = {**check.limits.to_dict(), "weight": check.weight, "origin": check.origin or "comes with the check"}
    table = {**checked_table(given, check.words, check.unit, where), "set_by": setter}
    check_order(table, where)
    return table


def _merged(below: Mapping[str, Any], own: Mapping[str, Any], setter: str) -> dict[str, Any]:
    """A check's table merged over that of the extended policy; if it changes limits, it replaces their origin too."""
    if "same_as" in own:  # the side refers to the previous check
        own = {"same_when": None, **own}
    table = {key: value for key, value in {**below, **own}.items() if value is not None}
    if any(key in LIMITS for key in own) or not below:
        table["set_by"] = setter
        table["origin"] = own.get("origin", f"set in {setter}" if below else "")
    return table


def _flat(checks: Mapping[str, Any]) -> dict[str, Any]:
    """Tables by check, including those written without quotation marks, [checks.lighting.dark]."""
    flat: dict[str, Any] = {}
    for key, table in checks.items():
        nested = isinstance(table, dict) and (
            key in SUBJECT_NAMES or any(isinstance(part, dict) for part in table.values())
        )
        flat.update({f"{key}.{name}": part for name, part in table.items()} if nested else {key: table})
    return flat


def _text(document: Mapping[str, Any], key: str, default: str, path: Path) -> str:
    text = document.get(key, default)
    if not isinstance(text, str):
        raise PolicyError(f"{path}: {key} must be a string, not {shown(text)}")
    if not text.strip():
        raise PolicyError(f"{path}: {key} is empty: write one, or leave it out")
    if clean(text) != text:
        raise PolicyError(f"{path}: {key} has characters that cannot be printed: {shown(text)}")
    return text


def _check_keys(document: Mapping[str, Any], known: tuple[str, ...], where: str, what: str) -> None:
    for key in document:
        if key not in known:
            listed = f"{', '.join(known[:-1])} and {known[-1]}"
            raise PolicyError(f"{where}unknown key {shown(key)}: {did_you_mean(key, known)}{what} has {listed}")
