"""What is said of the file."""

from __future__ import annotations

from headshot_check.sentences.words import FETCH_AGAIN, Words

WORDS: dict[str, Words] = {
    "file.format": Words(
        "The file is a {value}.", low="The file is a {value}, which profile pages often refuse.",
        do_low="Export the photo as a JPEG.", step=6, topic="export",
        why_low="{value} files are often refused", mend="export",
    ),
    "file.size": Words(
        "The file has {value:.1f} MB.", high="The file has {value:.1f} MB, too large to upload.",
        do_high="Export the photo as a JPEG of a few megabytes.", step=6, topic="export",
        why_high="at {value:.1f} MB it is too large to upload", mend="export",
    ),
    "file.short_side": Words(
        "The shorter side has {value:.0f} pixels.", low="The shorter side has only {value:.0f} pixels.",
        do_low="Use the original photo, not a thumbnail or a screenshot of it.", step=6, topic="original",
        why_low="the shorter side has only {value:.0f} pixels",
    ),
    "file.animated": Words(
        "The picture stands still.", low="The file is animated; its first frame was judged.",
        do_low="Export one frame as a JPEG.", step=6, topic="export",
        why_low="the file is animated", mend="export",
    ),
    "file.truncated": Words(
        "The file is complete.", low="{share} of the picture is missing: the file ends too early.",
        do_low="Copy or download the photo again.", step=FETCH_AGAIN, topic="fetch again",
    ),
    "file.damaged": Words(
        "The file is undamaged.", low="Part of the picture is shifted, discoloured or lost: the file is damaged.",
        do_low="Copy or download the photo again.", step=FETCH_AGAIN, topic="fetch again",
    ),
    "file.jpeg_quality": Words(
        "Saved at JPEG quality {value:.0f}.", low="Saved at JPEG quality {value:.0f}: compression shows.",
        do_low="Use the original photo.", step=6, topic="original",
        why_low="this copy was saved at JPEG quality {value:.0f}, and it shows",
    ),
    "file.blockiness": Words(
        "No compression blocks show.", high="Compression shows: blocks with steps of {value:.1f} levels.",
        do_high="Use the original photo, not a copy that was sent or saved again.", step=6, topic="original",
        why_high="its compression shows",
    ),
    "file.greyscale": Words(
        "", low="In black and white: a photo in colour is asked for.", do_low="Use a photo in colour.",
        step=6, topic="original",
        answers={"True": ("In black and white, which is fine.", ""), "False": ("In colour.", "")},
    ),
}  # fmt: skip
