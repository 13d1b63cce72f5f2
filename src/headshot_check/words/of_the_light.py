"""What is said of the light, colours, sharpness, background, camera and car."""

from __future__ import annotations

from headshot_check.words.record import TURN_TO_LIGHT, Answer, Words

_FOCUS = "Wipe the lens, tap on the face to focus and hold the phone still."

WORDS: dict[str, Words] = {
    "lighting.dark": Words(
        "face brightness", wrong="dimly lit", less="dimmer", coach_high="more_light",
        good="The face is bright enough.",
        high="The face is dimly lit: its brightest parts are {value:.1f} stops below white.",
        do_high=TURN_TO_LIGHT, step=1, topic="light",
        why_high="even its brightest parts are {value:.1f} stops below white",
    ),
    "lighting.blown": Words(
        "highlights", wrong="parts of the face burnt out", less="brighter spots on the face", coach_high="softer_light",
        good="Nothing on the face is burnt out.", high="{percent:.0f} % of the face is burnt out to white.",
        do_high="Step out of the direct sun, or switch off the flash.", step=1, topic="light",
        why_high="{percent:.0f} % of the face is burnt out to white",
    ),
    "lighting.blocked": Words(
        "shadows", wrong="shadows lost in black", less="deeper shadows", coach_high="more_light",
        good="The shadows on the face keep their detail.",
        high="{percent:.0f} % of the face is lost in black shadow.",
        do_high=TURN_TO_LIGHT, step=1, topic="light", why_high="its shadows are lost in black",
    ),
    "lighting.balance": Words(
        "light balance", wrong="one side of the face dark", less="less evenly lit",
        good="Both sides of the face are lit.", high="One side of the face is {value:.1f} stops darker than the other.",
        do_high="Turn towards the light until both sides of your face are lit.", step=1, topic="light",
        why_high="one side is {value:.1f} stops darker",
        sided_high="The side of the face on the {side} of the picture is {value:.1f} stops darker than the other.",
        sided_do_high="Turn to your {own_other}, towards the light, until both sides of your face are lit.",
        sided_why_high="your {own} side ({side} in the picture) is {value:.1f} stops darker",
    ),
    "lighting.backlight": Words(
        "backlight", wrong="backlit", less="more backlit", coach_high="less_backlight",
        good="The background is not much brighter than the face.",
        high="The background is {value:.1f} stops brighter than the brightest parts of the face.",
        do_high="Turn until the light falls on your face, or stand in front of something darker.",
        step=1, topic="light",
        why_high="the background is {value:.1f} stops brighter than your face",
    ),
    "lighting.contrast": Words(
        "contrast", wrong="flat", less="flatter", coach_low="clear_lens",
        good="The face has contrast.",
        low="The face is flat: only {value:.1f} stops from its dark to its bright parts.",
        do_low="Wipe the lens, and let a little light come from one side.", step=1, topic="light",
        why_low="there are only {value:.1f} stops between the dark and the bright parts of the face",
    ),
    "lighting.bleached": Words(
        "bleached tones", wrong="bleached", less="more bleached", coach_high="clear_lens",
        good="The tones of the face are not bleached.",
        high="The face looks bleached: even the darkest part of the eyes is light.",
        do_high="Wipe the lens, turn away from the glare, and remove any filter.", step=1, topic="light",
        why_high="even the darkest part of the eyes is light",
    ),
    "lighting.tones": Words(
        "tones", wrong="unnatural tones", less="less natural tones", coach_high="more_light", coach_low="clear_lens",
        good="The tones of the face are natural.",
        high="The tones of the face are lost in shadow, from dim or hard light or a filter.",
        low="The tones of the face are bleached, from glare, haze or a filter.",
        do_high=TURN_TO_LIGHT, do_low="Wipe the lens, turn away from the glare, and remove any filter.", step=1,
        topic="light", why_high="the tones of the face are lost in shadow",
        why_low="the tones of the face are bleached",
    ),
    "colour.cast": Words(
        "colour tint", wrong="a colour tint", less="more of a colour tint", coach_high="neutral_light",
        good="The colours look natural.", high="The picture has a tint (chroma {value:.0f}).",
        do_high="Correct the white balance, with Auto in any photo editor.", step=6, topic="tint",
        why_high="the whole picture has a tint", mend="export",
    ),
    "colour.saturation": Words(
        "colour strength", wrong="pale or glaring colours", less="less natural colours", coach_low="plain_colours",
        coach_high="plain_colours",
        good="The colours have a natural strength.", low="The colours are pale (chroma of the face {value:.0f}).",
        high="The colours are too strong (chroma of the face {value:.0f}).",
        do_low="Remove the filter, or raise the saturation a little.",
        do_high="Remove the filter, or lower the saturation a little.", step=6, topic="filter",
        why_low="the picture has lost its colour", why_high="the colours are stronger than in life",
    ),
    "colour.skin_chroma": Words(
        "coloured light", wrong="coloured light on the face", less="more coloured light on the face",
        coach_high="neutral_light",
        good="No coloured light falls on the face.",
        high="Coloured light or a filter tints the face (by {value:.0f}).",
        do_high="Move out of the coloured light, and remove any colour filter.", step=1, topic="tint",
        why_high="coloured light or a filter tints the face",
    ),
    "colour.variety": Words("colourfulness", good="Colours vary by a chroma of {value:.0f}."),
    "lighting.hard_shadow": Words(
        "hard shadow", wrong="hard shadows", less="harder shadows", coach_high="softer_light",
        good="No hard shadow falls on the face.", high="A hard shadow falls on the face, {value:.1f} stops deep.",
        do_high="Move out of the direct sun or spotlight into open shade, or to a window without sun.", step=1,
        topic="light", why_high="a hard shadow falls on your face",
    ),
    "lighting.hot_spots": Words(
        "shine", wrong="shiny spots", less="shinier", coach_high="softer_light",
        good="The face does not shine.", high="{percent:.0f} % of the face shines white.",
        do_high="Switch off the flash, turn away from the lamp or the sun, and dab your face dry.", step=1,
        topic="light", why_high="{percent:.0f} % of it shines white",
    ),
    "lighting.low_key": Words(
        "black areas", wrong="large black areas", less="larger black areas", coach_high="more_light",
        good="Little of the picture is black.", high="{percent:.0f} % of the picture is black.",
        do_high="Find more light, or a lighter background.", step=1, topic="light",
        why_high="{percent:.0f} % of the picture is black",
    ),
    "lighting.dynamic_range": Words(
        "tonal range", wrong="washed out", less="more washed out", coach_low="clear_lens",
        good="The picture ranges from dark to bright.",
        low="The picture is washed out: only {value:.1f} stops from its darkest to its brightest parts.",
        do_low="Wipe the lens, keep bright light out of it, and expose for the face.", step=1, topic="light",
        why_low="the picture is washed out",
    ),
    "lighting.scene": Words(
        "light of the place", wrong="dim or coloured light",
        good="The light of the place suits a portrait.",
        high="The light is dim, coloured or that of a stage: it does not suit a portrait.",
        do_high="Take the photo in daylight, facing a window or in open shade.", step=1, topic="light",
        why_high="the light is dim, coloured or that of a stage",
    ),
    "sharpness.face_blur": Words(
        "face sharpness", wrong="blurred", less="softer", coach_high="focus",
        good="The face is sharp.",
        high="The face is blurred: its edges are {value:.1f} % of the inter-eye distance wide.",
        do_high=_FOCUS, step=4, topic="focus", why_high="the face is blurred",
    ),
    "sharpness.noise": Words(
        "noise", wrong="grainy", less="grainier", coach_high="more_light",
        good="The picture is clean.", high="The picture is grainy: noise of {value:.1f} levels.",
        do_high="Take the photo in brighter light.", step=1, topic="light", why_high="the picture is grainy",
    ),
    "sharpness.background_focus": Words(
        "background focus", wrong="focus on the background", less="focus less on the face", coach_high="focus",
        good="The focus is on the face.", high="The background is sharper than the face.",
        do_high="Tap on the face to focus.", step=4, topic="focus",
        why_high="the background is sharper than it",
    ),
    "background.clutter": Words(
        "background clutter", wrong="a busy background", less="a busier background", coach_high="calm_background",
        good="The background is calm.", high="The background is busy: edges cover {percent:.0f} % of it.",
        do_high="Find a calmer background, or step away from it so that it blurs.", step=5, topic="background",
        why_high="this one is busy",
    ),
    "background.bright_spots": Words(
        "background bright spots", wrong="bright spots behind the head", less="brighter spots behind the head",
        coach_high="darker_background",
        good="Nothing bright in the background draws attention.",
        high="Something bright takes {percent:.0f} % of the background: a window, a lamp or the sky.",
        do_high="Step aside until nothing behind you is brighter than your face.", step=5, topic="background",
        why_high="something bright takes {percent:.0f} % of the background",
    ),
    "background.uniformity": Words(
        "background uniformity", wrong="an uneven background", less="a less even background",
        coach_low="calm_background",
        good="{percent:.0f} % of the background has one colour.",
        low="Only {percent:.0f} % of the background has one colour.",
        do_low="Stand in front of a plain, light wall.", step=5, topic="background",
        why_low="only {percent:.0f} % of the background has one colour",
    ),
    "capture.perspective": Words(
        "camera distance", wrong="taken from too near", less="taken from nearer",
        good="The camera was about {value:.0f} cm away.",
        low="The camera was only about {value:.0f} cm away, so near that perspective distorts the face.",
        do_low="Place the camera more than an arm's length away, and crop.", step=2, topic="camera distance",
        why_low="from {value:.0f} cm away perspective distorts the face",
    ),
    "capture.front_camera": Words(
        "camera", kind="yes_no",
        answers={"True": Answer("Taken with the phone's front camera."), "False": Answer("Taken with a back camera.")},
    ),
    "capture.software": Words(
        "software", kind="word", values=("retouching", "editing", "camera"), wrong="retouched", less="retouched",
        topic="original", step=6,
        answers={
            "retouching": Answer(
                "Saved by an app that smooths and reshapes faces.",
                "Use the photo as the camera took it, without a beauty filter.",
            ),
            "editing": Answer("Saved by a photo editor."),
            "camera": Answer("The file names no editing app."),
        },
    ),
    "car.drivers_seat": Words(
        "driver's seat", wrong="taken in a car", less="more like a car", coach_high="leave_car",
        good="Nothing suggests a car.", step=0, topic="car",
    ),
}  # fmt: skip
