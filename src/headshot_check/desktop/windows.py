"""Windows: an entry of the "Send to" menu, on which files and folders can be dropped as well.

It is a shortcut (.lnk), not a batch file: Explorer passes names without spaces unquoted, and cmd.exe would interpret
the & of `me&you.jpg` as the start of another command and `%TEMP%` as a variable. A shortcut starts the program without
cmd.exe, accepts long lists of files, opens no console window and shows the icon.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path, PureWindowsPath

from headshot_check.desktop.launcher import ARGUMENTS, TITLE, Launcher, icon
from headshot_check.desktop.shell_link import shell_link


def send_to(*, python: str = sys.executable) -> Launcher:
    """The "Send to" entry; it runs pythonw.exe, which has no console, if it exists beside python.exe."""
    roaming = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    local = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "headshot-check"
    windowless = Path(python).with_name("pythonw.exe")
    program = PureWindowsPath(windowless if windowless.exists() else python)
    picture = local / "headshot-check.ico"
    link = shell_link(
        program,
        " ".join(ARGUMENTS),
        icon=PureWindowsPath(picture),
        comment="Checks profile pictures",
    )
    return Launcher(
        kind="Send-To entry",
        files={roaming / "Microsoft" / "Windows" / "SendTo" / f"{TITLE}.lnk": link, picture: _ico()},
        record=local / "desktop.json",
        use=f'Right-click photos or folders and choose Send to > "{TITLE}".',
    )


def _ico() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    with Image.open(io.BytesIO(icon("icon.png"))) as picture:
        picture.convert("RGBA").save(file, "ICO", sizes=[(side, side) for side in (16, 24, 32, 48, 64, 256)])
    return file.getvalue()
