"""What is said of the file, and of what kind of picture is in it."""

from __future__ import annotations

from headshot_check.words.record import FETCH_AGAIN, NO_PHOTOGRAPH, Answer, Words

WORDS: dict[str, Words] = {
    "file.format": Words(
        "file format", kind="word",
        # MPO is read as JPEG and never the answer; policies have listed it from the start
        values=("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF", "MPO"),
        wrong="a format that is often refused", less="a less common format",
        good="The file format is {value}.", low="The file format is {value}, which profile pages often refuse.",
        do_low="Export the photo as a JPEG.", step=6, topic="export",
        why_low="{value} files are often refused", mend="export",
    ),
    "file.size": Words(
        "file size", wrong="too many megabytes", less="more megabytes",
        good="The file has {megabytes}.", high="The file has {megabytes}, too large to upload.",
        do_high="Export the photo as a JPEG of a few megabytes.", step=6, topic="export",
        why_high="at {megabytes} it is too large to upload", mend="export",
    ),
    "file.short_side": Words(
        "picture size", wrong="a small picture", less="a smaller picture",
        good="The shorter side has {value:.0f} pixels.", low="The shorter side has only {value:.0f} pixels.",
        do_low="Find the original photo; this may be a small copy of it.", step=6,
        topic="original",
        why_low="the shorter side has only {value:.0f} pixels",
    ),
    "file.animated": Words(
        "animation", kind="yes_no", wrong="animated", less="animated",
        good="The picture is not animated.", low="The file is animated; its first frame was judged.",
        do_low="Export one frame as a JPEG.", step=6, topic="export",
        why_low="the file is animated", mend="export",
    ),
    "file.truncated": Words(
        "file completeness", kind="yes_no", wrong="part of the picture missing", less="part of the picture missing",
        good="The file is complete.", low="{share} of the picture is missing: the file ends too early.",
        do_low="Copy or download the photo again.", step=FETCH_AGAIN, topic="fetch again",
    ),
    "file.damaged": Words(
        "file damage", kind="yes_no", wrong="a damaged file", less="a damaged file",
        good="Nothing in the file is damaged.",
        low="Part of the picture is shifted, discoloured or lost: the file is damaged.",
        do_low="Copy or download the photo again.", step=FETCH_AGAIN, topic="fetch again",
    ),
    "file.jpeg_quality": Words(
        "JPEG quality", wrong="compressed too much", less="compressed more",
        good="Saved at JPEG quality {value:.0f}.", low="Saved at JPEG quality {value:.0f}: compression shows.",
        do_low="Find the original photo, or export it again at a higher quality.", step=6, topic="original",
        why_low="this copy was saved at JPEG quality {value:.0f}, and it shows",
    ),
    "file.blockiness": Words(
        "compression", wrong="blocks of compression", less="blockier",
        good="No compression blocks show.",
        high="Compression shows: steps of {value:.1f} levels at the edges of blocks.",
        do_high="Use the original photo, not a copy that was sent or saved again.", step=6, topic="original",
        why_high="its compression shows",
    ),
    "file.bars": Words(
        "bars", wrong="plain bars along the edges", less="wider bars",
        good="There are no bars along the edges.", high="Plain bars take {percent:.0f} % of the picture.",
        do_high="Use the original photo, without the bars, or crop them off.", step=6, topic="original",
        why_high="plain bars take {percent:.0f} % of the picture",
    ),
    "file.greyscale": Words(
        "colour", kind="yes_no", wrong="in black and white", less="in black and white",
        low="The picture is in black and white, and must be in colour.", do_low="Use a photo in colour.",
        step=6, topic="original",
        answers={"True": Answer("The picture is in black and white."), "False": Answer("The picture is in colour.")},
    ),
    "medium.drawing": Words(
        "drawing", wrong="not a photograph",
        good="It looks like a photograph.",
        high="This looks like a drawing, an avatar or a strong filter, not a photograph.",
        do_high="Choose a photograph of yourself.", step=0, topic=NO_PHOTOGRAPH,
        why_high="this looks drawn or filtered",
    ),
    "medium.copy": Words(
        "copy of a picture", wrong="a picture of a picture",
        good="It does not look like a picture of a screen or of a print.",
        high="This looks like a picture of a screen or of a print.",
        do_high="Use the photo itself, not a picture of it; or have a new one taken.", step=0, topic=NO_PHOTOGRAPH,
        why_high="this looks like a picture of a screen or a print",
    ),
    "medium.screenshot": Words(
        "screenshot", wrong="a screenshot",
        good="It does not look like a screenshot.",
        high="This looks like a screenshot of a call, a video or an app.",
        do_high="Use the photo itself, not a screenshot; or have a new one taken.", step=0, topic=NO_PHOTOGRAPH,
        why_high="this looks like a screenshot",
    ),
    "medium.overlay": Words(
        "overlay", wrong="something laid over the picture",
        good="Nothing seems to be laid over the picture.",
        high="Something seems to be laid over the picture: a watermark, words, a ring or a frame.",
        do_high="Use the picture without it.", step=6, topic="overlay",
        why_high="something seems to be laid over the picture",
    ),
}  # fmt: skip
