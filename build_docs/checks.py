"""Every check: what is measured, what is said, the limits with their origin, and how the value moves with a defect."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from build_docs import gallery, graded
from build_docs.markdown import code, table, told
from headshot_check.measures import SUBJECTS, known_measures
from headshot_check.policy import Policy, built_in, load_policy
from headshot_check.report import Limits
from headshot_check.words import SUBJECT_NAMES, WORDS, Words

_TITLES = {"eyes": "Eyes and mouth", "lighting": "Light", "faces": "Faces", "capture": "Camera"}
_ORDER = ("linkedin", "resume", "team-page", "id-photo")


def pages() -> dict[str, str]:
    """A page for each subject, by its place in docs/."""
    policies = {name: load_policy(name) for name in _ORDER}
    assert set(policies) == set(built_in()), "a policy has come or gone"
    made = {}
    for subject in SUBJECTS:
        parts = ["<!-- written by python -m build_docs -->", f"# {title(subject)}"]
        for check in _checks_of(subject):
            parts += [f'<a id="{check}"></a>', f"## {WORDS[check].name}", *_section(check, policies)]
        made[f"explanation/checks/{subject}.md"] = "\n\n".join(parts) + "\n"
    return made


@cache
def _examples() -> dict[str, graded.Example]:
    return graded.examples()


def example(check: str) -> str:
    """On the site: pictures with the defect and a plot, or the fixtures with the least and the largest value."""
    shown = _examples().get(check)
    return gallery.extremes(check) if shown is None else shown.html


def pictures() -> dict[str, bytes]:
    """Those of the examples, by their place in the site's sources."""
    return {place: picture for shown in _examples().values() for place, picture in shown.pictures.items()}


def listed() -> str:
    """A row for each check."""
    rows = []
    for subject in SUBJECTS:
        for check in _checks_of(subject):
            measure, unit = known_measures()[check]
            name = f"[{WORDS[check].name}]({subject}.md#{check})"
            rows.append((name, code(check), unit or _answers(WORDS[check]), told(measure).split("\n\n")[0]))
    return table(["check", "name", "value", "what"], rows)


def title(subject: str) -> str:
    """As a heading."""
    return _TITLES.get(subject, SUBJECT_NAMES[subject].capitalize())


def _checks_of(subject: str) -> list[str]:
    """The mouth is in the eyes' file, and so on their page."""
    own = (subject, "mouth") if subject == "eyes" else (subject,)
    return [check for check in known_measures() if check.partition(".")[0] in own]


def _answers(words: Words) -> str:
    if words.kind == "yes_no":
        return "yes or no"
    return "number" if words.kind == "number" else "a word"


def _section(check: str, policies: Mapping[str, Policy]) -> list[str]:
    measure, unit = known_measures()[check]
    parts = [f"`{check}` · {unit or _answers(WORDS[check])}", told(measure), f"<!-- site: example {check} -->"]
    if advice := _advice(WORDS[check]):
        parts.append(advice)
    rows, before = [], None
    for name, policy in policies.items():
        rule = policy.rules.get(check)
        if rule is not None and rule.limits != before:
            rows.append((code(name), limits_in_words(rule.limits), rule.origin))
            before = rule.limits if name == _ORDER[0] else before
    if rows:
        parts.append(table(["policy", "limits", "from"], rows))
    return parts


def limits_in_words(limits: Limits) -> str:
    """As in "warns below 0.3, fails below 0.2"; "reported only" without any."""
    said = []
    for verb in ("warn", "fail"):
        below, above, among = (getattr(limits, f"{verb}_{side}") for side in ("below", "above", "in"))
        numbers = [f"{side} {at:g}" for side, at in (("below", below), ("above", above)) if at is not None]
        words = [] if among is None else [" or ".join(_word(one) for one in among)]
        if numbers or words:
            said.append(f"{verb}s {' and '.join(numbers)}{'for ' if words else ''}{''.join(words)}")
    return ", ".join(said) or "reported only"


def _word(answer: str | bool) -> str:
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else code(answer)


def _advice(words: Words) -> str:
    answers = [f"{code(name)}: {one.do}" for name, one in (words.answers or {}).items() if one.do]
    if answers:
        return "Advice:\n\n" + "\n".join(f"- {line}" for line in answers)
    low, high = (text if "{" not in text else "" for text in (words.do_low, words.do_high))
    if low and high and low != high:
        return f"Advice where it is too little: {low} Where it is too much: {high}"
    return f"Advice: {low or high}" if low or high else ""
