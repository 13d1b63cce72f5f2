"""What the folder report knows of every photo at once: few and short columns, in the order in which they are shown."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from headshot_check.policy import Policy
from headshot_check.policy.writing import to_dict as policy_dict
from headshot_check.report import Remedy, Report, SeatVerdict, Verdict
from headshot_check.scan.tables.listed_row import ListedRow
from headshot_check.text import clean, sentence
from headshot_check.views.web.names import WORST_FIRST
from headshot_check.words import fault_label

# Numbers stand for these words in the page's data, which has the lists as well.
VERDICTS: Final = WORST_FIRST
REMEDIES: Final[tuple[Remedy, ...]] = get_args(Remedy)
SEATS: Final[tuple[SeatVerdict, ...]] = ("likely", "possible", "unlikely", "not_assessed")

_DIGITS: Final = string.digits + string.ascii_lowercase
"""one of them a photo for its condition: there are eleven conditions"""
_CARD_ASPECT: Final = 4 / 5
"""of the picture on a card (card.css)"""

READABLE: Final = "file.readable"
"""the check of those that could not be read; no policy has it"""


@dataclass(frozen=True, slots=True)
class _Photo:
    section: int
    score: int
    at: int
    name: str
    verdict: int
    seat: int
    odds: int
    remedy: int
    condition: str
    failed: tuple[int, ...]
    warned: tuple[int, ...]
    group: int
    best: bool
    middle: int


class FolderIndex:
    """Gathers the columns row by row, in the scan's order."""

    def __init__(self, policy: Policy) -> None:
        self._checks = [*policy.rules, READABLE]
        self._number = {check: number for number, check in enumerate(self._checks)}
        self.facts = {
            check: {"unit": facts["unit"], "limits": facts["limits"]}
            for check, facts in policy_dict(policy)["checks"].items()
        }
        """by check: its unit and its limits"""
        self._photos: list[_Photo] = []
        self._causes: dict[int, str] = {}

    def add(self, listed: ListedRow) -> None:
        """Take one row."""
        report, at = listed.row.report, len(self._photos)
        seat = report.drivers_seat
        if report.verdict == "unreadable":
            self._causes[at] = cause_text(report)
        self._photos.append(
            _Photo(
                section=_section(report),
                score=-1 if report.score is None else report.score,
                at=at,
                name=clean(listed.row.name),
                verdict=VERDICTS.index(report.verdict),
                seat=SEATS.index(seat.verdict),
                odds=-1 if seat.probability is None else round(100 * seat.probability),
                remedy=REMEDIES.index(report.remedy),
                condition=report.condition,
                failed=self._numbers(report, "fail"),
                warned=self._numbers(report, "warn"),
                group=listed.group or 0,
                best=bool(listed.best),
                middle=_middle(report),
            )
        )

    def order(self) -> list[int]:
        """Places in the scan's order, as the page shows them: taken in a car, retake, unreadable, usable, ready; the
        lowest score first in each."""
        return [photo.at for photo in self._sorted()]

    def verdicts(self) -> Counter[Verdict]:
        """How many came out how."""
        return Counter(VERDICTS[photo.verdict] for photo in self._photos)

    def document(self) -> dict[str, Any]:
        """The columns, each with one entry a photo, in the order of `order`.

        `at` is the place in the scan's order; `verdicts`, `seats` and `remedies` have a digit a photo (see `VERDICTS`,
        `SEATS` and `REMEDIES`), and so has `condition` in base 36, for `conditions` (what the verdict depends on);
        `scores` and `odds` (of the driver's seat, in percent) are -1 where there is none; `problems` has for all photos
        one after another the numbers of the checks that failed and then of those that warned, of which there are
        `failed` and `warned`; `middles` is where the main face's middle is along the side that a card cuts, in percent;
        `groups` is 0 for photos without near-duplicates; `best` are the places of the best of each group. `checks` has
        for each check its name, what is wrong in words, its unit and its limits.
        """
        photos = self._sorted()
        conditions = sorted({"", *(photo.condition for photo in photos)})
        return {
            "checks": [self._described(check) for check in self._checks],
            "ranks": VERDICTS,
            "seat_ranks": SEATS,
            "remedy_ranks": REMEDIES,
            "conditions": conditions,
            "at": [photo.at for photo in photos],
            "names": [photo.name for photo in photos],
            "verdicts": "".join(str(photo.verdict) for photo in photos),
            "seats": "".join(str(photo.seat) for photo in photos),
            "remedies": "".join(str(photo.remedy) for photo in photos),
            "condition": "".join(_DIGITS[conditions.index(photo.condition)] for photo in photos),
            "scores": [photo.score for photo in photos],
            "odds": [photo.odds for photo in photos],
            "failed": [len(photo.failed) for photo in photos],
            "warned": [len(photo.warned) for photo in photos],
            "problems": [number for photo in photos for number in (*photo.failed, *photo.warned)],
            "groups": [photo.group for photo in photos],
            "middles": [photo.middle for photo in photos],
            "best": [place for place, photo in enumerate(photos) if photo.best],
            "causes": {place: self._causes[photo.at] for place, photo in enumerate(photos) if photo.at in self._causes},
        }

    def _sorted(self) -> list[_Photo]:
        return sorted(self._photos, key=lambda photo: (photo.section, photo.score, photo.at))

    def _numbers(self, report: Report, status: str) -> tuple[int, ...]:
        # a check that the policy does not have (a report of another policy, handed to the page's export) is left out
        numbers = (self._number.get(finding.check) for finding in report.findings if finding.status == status)
        return tuple(number for number in numbers if number is not None)

    def _described(self, check: str) -> dict[str, Any]:
        wrong = "cannot be read" if check == READABLE else fault_label(check)
        return {"check": check, "wrong": wrong, "unit": None, "limits": {}} | self.facts.get(check, {})


def cause_text(report: Report) -> str:
    """Why a photo could not be read, in a few words.

    >>> from headshot_check import check
    >>> cause_text(check(b"no photo"))
    'not an image'
    """
    cause = next((finding.cause for finding in report.findings if finding.cause), None)
    return sentence((cause or "unreadable").replace("_", " "))


def slim(finding: dict[str, Any], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A finding's JSON without what the page knows of its check, and without the place of what passes.

    Parameters
    ----------
    known
        By check: the unit and the limits that are in the page's index.
    """
    facts = known.get(finding["check"], {})
    left = {key: value for key, value in finding.items() if value is not None and facts.get(key) != value}
    del left["label"]  # names.js has it
    if finding["status"] == "pass":
        left.pop("region", None)
    return left


def _middle(report: Report) -> int:
    """Where the main face's middle is, in percent of the photo: across where it is wider than a card, else down."""
    face = next((face for face in report.faces if face.main), None)
    if face is None or report.photo is None:
        return 50
    x0, y0, x1, y1 = face.box.bounds
    wide = report.photo.width > _CARD_ASPECT * report.photo.height
    return round(100 * min(max((x0 + x1 if wide else y0 + y1) / 2, 0), 1))


def _section(report: Report) -> int:
    if report.drivers_seat.verdict == "likely":
        return 0
    return 1 + VERDICTS.index(report.verdict)
