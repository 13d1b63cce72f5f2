"""Maps the report of a photo that was rotated for checking back to the photo as stored in the file."""

from __future__ import annotations

from dataclasses import replace

from headshot_check.report import Crop, Cue, Face, Finding, Region, Report


def turned_region(region: Region, quarters: int) -> Region:
    """The same region in fractions of the photo rotated clockwise by `quarters` quarter turns."""
    points = region.points
    for _ in range(quarters % 4):
        points = tuple((1 - y, x) for x, y in points)
    return Region(points)


def turned_back(report: Report, quarters: int) -> Report:
    """The report of a photo that was rotated clockwise by `quarters`, with regions in the unrotated photo.

    "Left" and "right" in its sentences still refer to the upright picture.
    """
    if not quarters:
        return report

    def back(region: Region | None) -> Region | None:
        return None if region is None else _from_top_left(turned_region(region, -quarters))

    def face(one: Face) -> Face:
        eyes = None if one.eyes is None else Region(tuple(sorted(turned_region(one.eyes, -quarters).points)))
        box = _from_top_left(turned_region(one.box, -quarters))
        return replace(one, box=box, eyes=eyes, head=back(one.head))

    def placed(one: Finding) -> Finding:
        return one if one.region is None else replace(one, region=back(one.region))

    def cue(one: Cue) -> Cue:
        return replace(one, region=back(one.region))

    photo = report.photo
    if photo is not None and quarters % 2:
        photo = replace(photo, width=photo.height, height=photo.width)
    return replace(
        report,
        photo=photo,
        drivers_seat=replace(report.drivers_seat, cues=tuple(map(cue, report.drivers_seat.cues))),
        faces=tuple(map(face, report.faces)),
        findings=tuple(map(placed, report.findings)),
        crop=None if report.crop is None else turned_crop(report.crop, quarters),
        notes=(*report.notes, f"it {_HOW[quarters]} and was turned to be judged"),
    )


def turned_crop(crop: Crop, quarters: int) -> Crop:
    """As `turned_back` for a crop: its region still starts at the crop's own top left corner, which says what is up."""
    turned = (0, 90, 180, -90)[quarters] + crop.rotation_deg
    rotation_deg = turned - 360 if turned > 180 else turned
    return replace(crop, region=turned_region(crop.region, -quarters), rotation_deg=rotation_deg)


_HOW = ("", "lies on its side", "is upside down", "lies on its side")


def _from_top_left(region: Region) -> Region:
    """The same points, starting at the one nearest to the top left."""
    points = region.points
    first = min(range(len(points)), key=lambda at: sum(points[at]))
    return Region((*points[first:], *points[:first]))
