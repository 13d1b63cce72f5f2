"""What is said of faces, framing, pose, eyes, mouth and what covers the face."""

from __future__ import annotations

from headshot_check.words.record import TURN_TO_LIGHT, Answer, Words

_STEP_BACK = "Step back, or move the camera further away, until the shoulders show and there is room above the hair."
_COME_CLOSER = "Come closer until the head takes about {wanted_percent:.0f} % of the frame's height."
_ALONE = "Take a photo with nobody else in it, not even in the background."
_STRAIGHT = "Hold the head and the camera straight."

WORDS: dict[str, Words] = {
    "faces.found": Words(
        "face", kind="word",
        values=("found", "too_close", "too_small", "rotated", "too_dark", "turned_away", "nobody"),
        wrong="no clear, upright face", less="a face that shows less",
        good="The face is easy to find.", topic="face", step=2,
        answers={
            "too_close": Answer(
                "The face fills the frame and was found only with room added around it.", _STEP_BACK, "distance",
                "move_back",
            ),
            "too_small": Answer(
                "The face is so small that it was found only in an enlargement.",
                "Come closer until head and shoulders fill the frame.", "closer", "move_closer",
            ),
            "rotated": Answer(
                "The picture lies on its side or upside down.", "Rotate the picture upright.", "upright", "upright",
                "export",
            ),
            "too_dark": Answer(
                "The picture is so dark that the face can hardly be seen.", TURN_TO_LIGHT, "light", "more_light"
            ),
            "turned_away": Answer(
                "Somebody is there, but no face can be seen (turned away, covered or cut off).",
                "Face the camera, with the whole face in the frame and nothing over it.", coach="face_camera",
            ),
            "nobody": Answer(
                "Nobody was found in the picture.", "Choose a photo of yourself that shows your face.",
                coach="find_face",
            ),
        },
    ),
    "faces.count": Words(
        "number of faces", wrong="several people", less="more people", coach_high="one_person",
        good="Faces in the picture: {value:.0f}.", high="There are {value:.0f} faces in the picture.",
        do_high=_ALONE, step=2, topic="alone",
        why_high="there are {value:.0f} faces in the picture",
    ),
    "faces.second_face": Words(
        "second face", wrong="a second face", less="more of a second face", coach_high="one_person",
        good="Nobody else draws attention.", high="There is another face, {percent:.0f} % of the size of the main one.",
        do_high=_ALONE, step=2, topic="alone",
        why_high="another face, {percent:.0f} % of the size of yours, draws attention",
        sided_high="Another face is on the {side}, {percent:.0f} % of the size of the main one.",
        sided_why_high="another face on the {side}, {percent:.0f} % of the size of yours, draws attention",
    ),
    "framing.head_height": Words(
        "head size", wrong="wrong head size", less="a less fitting head size", coach_low="move_closer",
        coach_high="move_back",
        good="The head takes {percent:.0f} % of the frame's height.",
        low="The head takes only {percent:.0f} % of the frame's height.",
        high="The face fills the picture: the whole head takes {percent:.0f} % of the frame's height.",
        do_low=_COME_CLOSER, do_high=_STEP_BACK, step=2, topic="distance", topic_low="closer",
        why_low="the head takes only {percent:.0f} % of the height",
        why_high="the head takes {percent:.0f} % of the frame's height",
    ),
    "framing.inter_eye_distance": Words(
        "face resolution", wrong="too few pixels in the face", less="fewer pixels in the face", coach_low="move_closer",
        coach_high="move_back",
        good="There are {value:.0f} pixels between the eyes.",
        low="There are only {value:.0f} pixels between the eyes: too few for detail.",
        do_low="Find the original photo, or export it again at a larger size.", step=2, topic="closer",
        why_low="there are only {value:.0f} pixels between the eyes",
    ),
    "framing.eye_line": Words(
        "height of the eyes", wrong="eyes at the wrong height", less="eyes less well placed", coach_low="move_down",
        coach_high="move_up",
        good="The eyes are at {percent:.0f} % of the height from the top.",
        low="The eyes are only {percent:.0f} % of the height from the top.",
        high="The eyes are {percent:.0f} % of the height from the top: too low.",
        do_low="Aim the camera higher, so that there is room above the hair.",
        do_high="Aim the camera lower, so that the eyes come into the upper half.", step=2, topic="aim",
        why_low="the eyes are only {percent:.0f} % of the height from the top",
        why_high="the eyes are {percent:.0f} % of the height from the top",
    ),
    "framing.offset": Words(
        "centring", wrong="off-centre", less="further off the middle",
        good="The face is in the middle.", high="The face is {percent:.0f} % of the width off the middle.",
        do_high="Move so that your face is in the middle.", step=2, topic="aim",
        why_high="the face is {percent:.0f} % of the width off the middle",
        sided_high="The face is {percent:.0f} % of the width off the middle, on the {side}.",
        sided_why_high="the face is {percent:.0f} % of the width too far to the {side}",
    ),
    "framing.headroom": Words(
        "headroom", wrong="hair cut off", less="less room above the hair",
        good="There is room above the head.",
        low="The room above the hair is only {percent:.0f} % of the head's height.",
        high="The room above the hair is {percent:.0f} % of the head's height: too much.",
        do_low="Leave a little room above the hair.", do_high="Aim the camera lower.", step=2, topic="aim",
        topic_low="distance", why_low="it is only {percent:.0f} % of the head's height",
        why_high="there is a lot of empty space above the hair",
        beyond_low="The top of the head is cut off, about {size_percent:.0f} % of it.",
        beyond_why_low="about {size_percent:.0f} % of the head is cut off at the top",
    ),
    "framing.face_cut": Words(
        "face in the frame", wrong="face cut off", less="more of the face cut off",
        good="The whole face is in the frame.", high="{percent:.0f} % of the face is cut off by the frame.",
        do_high="Get the whole head into the frame.", step=2, topic="distance",
        why_high="{percent:.0f} % of the face is cut off",
    ),
    "framing.shoulders": Words(
        "shoulders", wrong="no shoulders", less="less of the shoulders", coach_low="move_back",
        good="The shoulders show.", low="The shoulders do not show.", do_low=_STEP_BACK, step=2, topic="distance",
        why_low="the shoulders do not show",
    ),
    "framing.circle_cut": Words(
        "fit in the circle", wrong="cut by the circle", less="tighter in the circle",
        good="A round crop keeps the whole head.", high="A round crop cuts {percent:.0f} % of the head's outline.",
        do_high="Leave more room around the head.", step=2, topic="distance",
        why_high="profile pages show a circle, which cuts {percent:.0f} % of the head's outline",
    ),
    "pose.yaw": Words(
        "head turn", wrong="head turned away", less="head turned further", coach_low="turn_left",
        coach_high="turn_right",
        good="The head faces the camera ({value:.0f}°).",
        low="The head is turned {size:.0f} degrees to the left of the picture.",
        high="The head is turned {size:.0f} degrees to the right of the picture.",
        do_low="Turn your face to the camera.", do_high="Turn your face to the camera.", step=3, topic="turn",
        why_low="it is turned {size:.0f} degrees to the left of the picture",
        why_high="it is turned {size:.0f} degrees to the right of the picture",
    ),
    "pose.pitch": Words(
        "chin level", wrong="chin too high or low", less="chin less level", coach_low="chin_up", coach_high="chin_down",
        good="The head is level ({value:.0f}°).", low="The head is tilted down by {size:.0f} degrees.",
        high="The head is tilted up by {size:.0f} degrees.",
        do_low="Hold the camera at eye level and lift your chin.",
        do_high="Hold the camera at eye level and lower your chin.", step=3, topic="turn",
        why_low="the head is tilted down by {size:.0f} degrees", why_high="the head is tilted up by {size:.0f} degrees",
    ),
    "pose.roll": Words(
        "head tilt", wrong="head tilted", less="head more tilted", coach_low="tilt_left", coach_high="tilt_right",
        good="The head is upright ({value:.0f}°).", low="The head leans {size:.0f} degrees to the left.",
        high="The head leans {size:.0f} degrees to the right.", do_low=_STRAIGHT, do_high=_STRAIGHT, step=3,
        topic="straight", why_low="the head leans {size:.0f} degrees to the left",
        why_high="the head leans {size:.0f} degrees to the right",
    ),
    "pose.in_action": Words(
        "speaking or busy", wrong="caught speaking or busy", less="more of a snapshot",
        good="It does not look like a snapshot of somebody speaking or busy.",
        high="This looks like a snapshot of you speaking or busy, not a portrait.",
        do_high="Take a photo just for your profile, facing the camera, without microphone, headset or laptop.",
        step=3, topic="posing", why_high="this looks like a snapshot of you speaking or busy",
    ),
    "eyes.opening": Words(
        "eye opening", wrong="eyes closed", less="eyes less open", coach_low="open_eyes",
        good="Both eyes are open.", low="An eye is shut or nearly so (opening {value:.2f} of its width).",
        do_low="Take a few more and keep one with your eyes open.", step=3, topic="eyes",
        why_low="an eye is shut or nearly so",
    ),
    "eyes.gaze": Words(
        "gaze", wrong="eyes off the camera", less="eyes less on the camera", coach_high="look_at_camera",
        good="The eyes are on the camera.",
        high="The eyes look past the camera.", do_high="Look into the lens.", step=3,
        topic="eyes", why_high="your eyes look past it",
    ),
    "mouth.opening": Words(
        "mouth opening", wrong="mouth open", less="mouth further open", coach_high="close_mouth",
        good="The mouth is fine.", high="The mouth is open.", do_high="Relax your mouth and close it.",
        step=3, topic="mouth", why_high="the mouth is open",
    ),
    "mouth.smile": Words(
        "smile", wrong="no smile", less="less of a smile", coach_low="smile", coach_high="close_mouth",
        good="The corners of the mouth are lifted by {percent:.0f} % of its width.",
        low="The corners of the mouth are lifted by only {percent:.0f} % of its width.",
        high="The corners of the mouth are lifted by {percent:.0f} % of its width: a broad smile.",
        do_low="Smile a little.", do_high="Relax your mouth.", step=3, topic="mouth",
    ),
    "covering.sunglasses": Words(
        "sunglasses", wrong="dark glasses", less="darker glasses", coach_high="take_off_sunglasses",
        good="The eyes are not behind dark glasses.", high="Dark glasses hide the eyes.",
        do_high="Take off the sunglasses; clear glasses are fine.", step=3, topic="glasses",
        why_high="sunglasses hide your eyes",
    ),
    "covering.glasses": Words(
        "glasses", coach_high="take_off_glasses", good="Clear glasses: {percent:.0f} % likely.",
        high="Glasses are worn ({percent:.0f} % likely).", do_high="Take off your glasses.", step=3, topic="glasses",
    ),
    "covering.glare": Words(
        "glare on glasses", wrong="glare on the glasses", less="more glare on the glasses", coach_high="glasses_glare",
        good="Nothing is reflected in glasses.", high="Reflections cover {percent:.0f} % of the glasses.",
        do_high="Tilt your glasses or turn a little until the reflections leave the lenses.", step=3, topic="glare",
        why_high="reflections cover {percent:.0f} % of your glasses",
    ),
    "covering.mask": Words(
        "mask", wrong="a covered mouth", less="more of the face covered", coach_high="uncover_mouth",
        good="No mask covers the mouth.", high="A mask or cloth covers the mouth.",
        do_high="Take off the mask, or move the scarf below your chin.", step=3, topic="covered",
        why_high="a mask or cloth covers your mouth",
    ),
    "covering.hand": Words(
        "hand at the face", wrong="a hand at the face", less="more of a hand at the face", coach_high="uncover_face",
        good="No hand is at the face.",
        high="A hand, or something that it holds, seems to be at the face or just below it.",
        do_high="Keep hands, cups and microphones away from your face.", step=3, topic="covered",
        why_high="a hand, or something that it holds, seems to be at the face",
    ),
    "covering.eye_shadow": Words(
        "shadow over the eyes", wrong="eyes in shadow", less="eyes more in shadow", coach_high="light_on_eyes",
        good="There is no shadow over the eyes.",
        high="The eyes are in shadow: {value:.1f} stops darker than the cheeks.",
        do_high="Turn towards the light, or lift the brim of your hat, until light reaches your eyes.",
        step=1, topic="eye shadow",
        why_high="your eyes are {value:.1f} stops darker than your cheeks",
    ),
}  # fmt: skip
