"""macOS: a Quick Action for the Finder, an Automator workflow that runs one shell command."""

from __future__ import annotations

import plistlib
import shlex
import sys
import uuid
from pathlib import Path
from typing import Any

from headshot_check.desktop.launcher import ARGUMENTS, TITLE, Launcher, icon

_IDENTIFIER = "io.github.headshot-check.quick-action"
_AS_ARGUMENTS = 1
"""input method of "Run Shell Script": as arguments (0: on standard input)"""


def quick_action(*, python: str = sys.executable) -> Launcher:
    """The Quick Action in the user's Library."""
    library = Path.home() / "Library"
    bundle = library / "Services" / f"{TITLE}.workflow" / "Contents"
    return Launcher(
        kind="Quick Action",
        files={
            bundle / "Info.plist": plistlib.dumps(_info()),
            bundle / "document.wflow": plistlib.dumps(_workflow(command(python))),
            bundle / "Resources" / "icon.png": icon("icon.png"),
        },
        record=library / "Application Support" / "headshot-check" / "desktop.json",
        use=f'Right-click photos or folders in the Finder and choose Quick Actions > "{TITLE}".',
        after=(("/System/Library/CoreServices/pbs", "-flush"),),
    )


def command(python: str) -> str:
    """The shell command. It starts in the interpreter's folder, so that nothing is imported from a dropped folder."""
    return f'cd {shlex.quote(str(Path(python).parent))} && exec {shlex.join([python, *ARGUMENTS])} "$@"\n'


def _info() -> dict[str, Any]:
    service = {
        "NSMenuItem": {"default": TITLE},
        "NSMessage": "runWorkflowAsService",
        "NSRequiredContext": {"NSApplicationIdentifier": "com.apple.finder"},
        "NSSendFileTypes": ["public.image", "public.folder"],
    }
    return {
        "CFBundleIdentifier": _IDENTIFIER,
        "CFBundleName": TITLE,
        "CFBundlePackageType": "BNDL",
        "CFBundleShortVersionString": "1.0",
        "NSServices": [service],
    }


def _workflow(line: str) -> dict[str, Any]:
    action = {
        "AMAccepts": {"Container": "List", "Optional": True, "Types": ["com.apple.cocoa.string"]},
        "AMActionVersion": "2.0.3",
        "AMApplication": ["Automator"],
        "AMParameterProperties": {
            name: {} for name in ("COMMAND_STRING", "CheckedForUserDefaultShell", "inputMethod", "shell", "source")
        },
        "AMProvides": {"Container": "List", "Types": ["com.apple.cocoa.string"]},
        "ActionBundlePath": "/System/Library/Automator/Run Shell Script.action",
        "ActionName": "Run Shell Script",
        "ActionParameters": {
            "COMMAND_STRING": line,
            "CheckedForUserDefaultShell": True,
            "inputMethod": _AS_ARGUMENTS,
            "shell": "/bin/sh",
            "source": "",
        },
        "BundleIdentifier": "com.apple.RunShellScript",
        "CFBundleVersion": "2.0.3",
        "CanShowSelectedItemsWhenRun": False,
        "CanShowWhenRun": True,
        "Class Name": "RunShellScriptAction",
        # unique within a document, as Automator requires, and the same in every installation
        **{name: str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{_IDENTIFIER}.{name}")).upper() for name in _UUIDS},
    }
    files, nothing = "com.apple.Automator.fileSystemObject", "com.apple.Automator.nothing"
    return {
        "AMApplicationBuild": "521",
        "AMApplicationVersion": "2.10",
        "AMDocumentVersion": "2",
        "actions": [{"action": action, "isViewVisible": True}],
        "connectors": {},
        "workflowMetaData": {
            "applicationBundleID": "com.apple.finder",
            "inputTypeIdentifier": files,
            "outputTypeIdentifier": nothing,
            "presentationMode": 15,
            "processesInput": False,
            "serviceApplicationBundleID": "com.apple.finder",
            "serviceInputTypeIdentifier": files,
            "serviceOutputTypeIdentifier": nothing,
            "serviceProcessesInput": False,
            "useAutomaticInputType": False,
            "workflowTypeIdentifier": "com.apple.Automator.servicesMenu",
        },
    }


_UUIDS = ("InputUUID", "OutputUUID", "UUID")
