"""The icon that photos are dropped on: what is written for each system, and on Linux the drop itself."""

from __future__ import annotations

import configparser
import json
import os
import plistlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from fixture_photos import fixture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from headshot_check.desktop import dropped, mime_defaults, pages
from headshot_check.desktop.dropped import check_dropped, report_folder
from headshot_check.desktop.installing import DesktopError, install, installed, state, uninstall
from headshot_check.desktop.launcher import ARGUMENTS, TITLE, Launcher
from headshot_check.desktop.linux import ENTRY, MIME_TYPES, application_entry, desktop_entry
from headshot_check.desktop.macos import command, quick_action
from headshot_check.desktop.shell_link import shell_link
from headshot_check.desktop.windows import send_to
from headshot_check.part_files import open_part

SELFIE = fixture("drivers_seat_selfie")
GOOD = fixture("studio_light_skin")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a Linux desktop")


def needs(*tools: str) -> pytest.MarkDecorator:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not on this machine: {', '.join(missing)}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user who has nothing yet."""
    place = tmp_path / "home of Zoë & 100 %"
    place.mkdir()
    for name, below in {
        "HOME": "",
        "USERPROFILE": "",
        "XDG_DATA_HOME": ".local/share",
        "XDG_CONFIG_HOME": ".config",
        "XDG_CACHE_HOME": ".cache",
        "APPDATA": "AppData/Roaming",
        "LOCALAPPDATA": "AppData/Local",
    }.items():
        monkeypatch.setenv(name, str(place / below))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "system config"))
    for name in ("XDG_CURRENT_DESKTOP", "KDE_FULL_SESSION", "GNOME_DESKTOP_SESSION_ID"):
        monkeypatch.delenv(name, raising=False)
    return place


def tree(folder: Path) -> dict[str, bytes | None]:
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


MAKERS: dict[str, Callable[[], Launcher]] = {
    "Linux": lambda: application_entry(on_desktop=True),
    "Windows": lambda: send_to(python=r"C:\Program Files\Python & more\python.exe"),
    "macOS": quick_action,
}


@pytest.mark.parametrize("system", MAKERS)
def test_uninstall_takes_away_exactly_what_install_put_there(system: str, home: Path) -> None:
    (home / ".local" / "share" / "applications").mkdir(parents=True)
    (home / ".local" / "share" / "applications" / "other.desktop").write_text("[Desktop Entry]\n")
    before = tree(home)
    launcher = MAKERS[system]()
    assert state(launcher) == "not installed"
    assert uninstall(launcher) is False
    install(launcher)
    assert state(launcher) == "installed"
    once = tree(home)
    assert all(path.is_file() for path in launcher.files)
    install(launcher)
    assert tree(home) == once
    assert uninstall(launcher) is True
    after = tree(home)
    index = str(Path(".local/share/applications/mimeinfo.cache"))
    assert after.pop(index, None) in (None, b"[MIME Cache]\n")  # in a folder that was there, it may stay
    assert after == before
    assert state(launcher) == "not installed"


def test_what_others_put_there_since_is_left(home: Path) -> None:
    launcher = application_entry()
    install(launcher)
    other = home / ".local" / "share" / "applications" / "other.desktop"
    other.write_text("[Desktop Entry]\n")
    uninstall(launcher)
    assert other.is_file()
    assert not (other.parent / ENTRY).exists()


def test_an_older_version_is_outdated_and_replaced(home: Path) -> None:
    install(application_entry(python="/opt/old/bin/python"))
    now = application_entry()
    assert state(now) == "outdated"
    install(now)
    assert state(now) == "installed"


def test_an_icon_on_the_desktop_can_be_started_and_goes_again(home: Path) -> None:
    install(application_entry(on_desktop=True))
    icon = home / "Desktop" / ENTRY
    assert icon.is_file()
    if os.name == "posix":
        assert os.access(icon, os.X_OK)
    install(application_entry())
    assert not icon.exists()
    assert not icon.parent.exists()


def test_a_place_that_cannot_be_written_is_an_error_and_leaves_nothing(home: Path) -> None:
    (home / ".local").mkdir()
    (home / ".local" / "share").write_text("a file where the folder should be")
    before = tree(home)
    with pytest.raises(DesktopError, match="cannot be installed"):
        install(application_entry())
    assert tree(home) == before


def test_a_record_that_cannot_be_written_is_an_error_and_leaves_nothing(home: Path) -> None:
    launcher = application_entry()
    launcher.record.mkdir(parents=True)
    before = tree(home)
    with pytest.raises(DesktopError, match="cannot be installed"):
        install(launcher)
    assert tree(home) == before


@linux
def test_tools_that_hang_stop_no_installation(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("gio", "xdg-mime", "xdg-user-dir", "update-desktop-database"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text("#!/bin/sh\nexec sleep 60\n")
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setattr(subprocess, "run", partial(_in_a_moment, subprocess.run))
    launcher = application_entry(on_desktop=True)
    install(launcher)
    assert state(launcher) == "installed"
    assert (home / "Desktop" / ENTRY).is_file()
    assert uninstall(launcher)


def _in_a_moment(run: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    return run(*arguments, **{**options, "timeout": 0.01})


@linux
def test_a_list_of_defaults_that_is_a_link_stays_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versioned = home / "dotfiles" / "mimeapps.list"
    versioned.parent.mkdir()
    theirs = "[Default Applications]\ntext/plain=editor.desktop\n"
    versioned.write_text(theirs)
    link = home / ".config" / "mimeapps.list"
    link.parent.mkdir()
    link.symlink_to(versioned)
    answers = iter(["files.desktop", "headshot-check.desktop"])
    monkeypatch.setattr(mime_defaults, "_default_for", lambda kind: next(answers))
    with mime_defaults.keep_defaults(["inode/directory"]) as made_explicit:
        pass
    assert link.is_symlink()
    assert "inode/directory=files.desktop" in versioned.read_text()
    mime_defaults.release_defaults(made_explicit)
    assert link.is_symlink()
    assert versioned.read_text() == theirs


@needs("desktop-file-validate")
@pytest.mark.parametrize("python", [sys.executable, '/opt/my "tools"/100 %/$HOME/`x`/\\back/python'])
def test_the_entry_is_valid(python: str, tmp_path: Path) -> None:
    path = tmp_path / ENTRY
    path.write_text(desktop_entry(python), encoding="utf-8")
    done = subprocess.run(["desktop-file-validate", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_entry_takes_folders_and_pictures() -> None:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(desktop_entry("/usr/bin/python3"))
    entry = parser["Desktop Entry"]
    assert entry["Exec"] == '"/usr/bin/python3" -m headshot_check desktop open -- %F'
    assert entry["MimeType"].split(";")[:-1] == list(MIME_TYPES)
    assert {"inode/directory", "image/jpeg", "image/heic"} <= set(MIME_TYPES)
    assert (entry["Terminal"], entry["TryExec"], entry["Path"]) == ("false", "/usr/bin/python3", "/usr/bin")


def exec_arguments(line: str) -> list[str]:
    """The arguments of an Exec line, read as the specification says: first the escapes of the file, then the quotes."""
    escapes = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    value = re.sub(r"\\(.)", lambda found: escapes[found[1]], line)
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value, re.DOTALL)
    return [(re.sub(r"\\(.)", r"\1", long, flags=re.DOTALL) or short).replace("%%", "%") for long, short in quoted]


@given(st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1).map(lambda text: f"/{text}"))
def test_every_path_of_an_interpreter_survives_the_entrys_quoting(python: str) -> None:
    entry = desktop_entry(python)
    lines = [line for line in entry.split("\n") if line.startswith("Exec=")]
    assert len(lines) == 1
    arguments = exec_arguments(lines[0].removeprefix("Exec="))
    by_the_shell = ["/bin/sh", "-c", 'exec "$0" "$@"'] if "%" in python or "=" in python else []
    assert arguments == [*by_the_shell, python, *ARGUMENTS, "%F"]


@pytest.fixture
def session(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A display, and a browser that writes down the address that it is asked to open."""
    opened = home / "opened.txt"
    browser = home / "browser.sh"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {shlex.quote(str(opened))}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", shlex.quote(str(browser)) + " %s")
    if os.environ.get("DISPLAY"):
        yield opened
        return
    read, write = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL
    )
    os.close(write)
    with os.fdopen(read) as told:
        monkeypatch.setenv("DISPLAY", f":{told.readline().strip()}")
    yield opened
    xvfb.terminate()
    xvfb.wait(10)


def opened_page(opened: Path) -> Path:
    """The page that the browser was asked for, or what it leads on to: a busy machine shows how far it is first."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if opened.is_file() and (lines := opened.read_text().splitlines()):
            page = Path(unquote(urlsplit(lines[-1]).path))
            if page.name != "checking.html":
                return page
            if "url=report.html" in page.read_text(encoding="utf-8"):
                return page.with_name("report.html")
        time.sleep(0.1)
    raise AssertionError("no page was opened")


@linux
@needs("gio", "Xvfb")
@pytest.mark.parametrize("what", ["files", "folder"])
def test_dropping_on_the_icon_opens_the_report(what: str, home: Path, session: Path) -> None:
    shots = home / "shots & more (100 %)"
    shots.mkdir()
    shutil.copy(SELFIE, shots / "it's me $HOME.jpg")
    shutil.copy(GOOD, shots / "Grüße.jpg")
    # a module of this name in the folder must not be what runs
    (shots / "headshot_check.py").write_text("raise SystemExit('the wrong one')")
    install(application_entry())
    entry = home / ".local" / "share" / "applications" / ENTRY
    given_over = [str(path) for path in sorted(shots.glob("*.jpg"))] if what == "files" else [str(shots)]
    subprocess.run(["gio", "launch", str(entry), *given_over], check=True, timeout=60, cwd=shots)
    page = opened_page(session)
    assert page.name == "report.html"
    assert page.parent == report_folder(given_over)
    assert page.parent.parent == home / "headshot-check reports"
    rows = [json.loads(line) for line in (page.parent / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(row["report"]["verdict"] for row in rows) == ["ready", "retake"]
    assert "it's me $HOME.jpg" in page.read_text(encoding="utf-8").replace("&#x27;", "'").replace("&#39;", "'")


@linux
@needs("gio", "Xvfb")
def test_dropping_something_else_opens_a_page_that_says_so(home: Path, session: Path) -> None:
    (home / "empty folder").mkdir()
    install(application_entry())
    entry = home / ".local" / "share" / "applications" / ENTRY
    subprocess.run(["gio", "launch", str(entry), str(home / "empty folder")], check=True, timeout=60)
    text = opened_page(session).read_text(encoding="utf-8")
    assert "could not be checked" in text
    assert "there is no photo" in text


@linux
@needs("gio")
@pytest.mark.parametrize("folder", ['tools of "me" & co', "100 %F %% $HOME `ls` \\n \\\\ ' ;"])
def test_a_desktop_starts_an_interpreter_in_any_folder(folder: str, home: Path) -> None:
    place = home / folder
    place.mkdir()
    python = place / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\0" "$0" "$@" "$PWD" > "$0.said"\n')
    python.chmod(0o755)
    install(application_entry(python=str(python)))
    entry = home / ".local" / "share" / "applications" / ENTRY
    photo = home / "a b & c.jpg"
    photo.touch()
    subprocess.run(["gio", "launch", str(entry), str(photo)], check=True, timeout=60)
    said = place / "python.said"
    end = time.monotonic() + 90
    while not (said.is_file() and said.stat().st_size) and time.monotonic() < end:
        time.sleep(0.05)
    assert said.read_text().split("\0")[:-1] == [str(python), *ARGUMENTS, str(photo), str(place)]


def default_for(kind: str) -> str:
    code = subprocess.run(["gio", "mime", kind], capture_output=True, text=True, check=False, env=os.environ)
    return code.stdout.splitlines()[0] if code.stdout else ""


@linux
@needs("gio", "update-desktop-database")
def test_pictures_and_folders_open_with_what_opened_them_before(home: Path, tmp_path: Path) -> None:
    system = tmp_path / "system" / "applications"
    system.mkdir(parents=True)
    for name, kinds in {"files": "inode/directory;", "viewer": "image/jpeg;image/png;"}.items():
        (system / f"{name}.desktop").write_text(
            f"[Desktop Entry]\nType=Application\nName={name}\nExec=true %F\nMimeType={kinds}\n"
        )
    subprocess.run(["update-desktop-database", system], check=True)
    before = {kind: default_for(kind) for kind in MIME_TYPES}
    assert "files.desktop" in before["inode/directory"]
    config = home / ".config" / "mimeapps.list"
    config.parent.mkdir()
    config.write_text(
        "[Default Applications]\ntext/plain=editor.desktop\n\n[Added Associations]\nimage/png=x.desktop\n"
    )
    theirs = config.read_text()
    install(application_entry())
    now = {kind: default_for(kind) for kind in MIME_TYPES}
    for kind, application in before.items():
        if application and ".desktop" in application:
            assert now[kind] == application
    offered = subprocess.run(["gio", "mime", "image/jpeg"], capture_output=True, text=True, check=True).stdout
    assert ENTRY in offered
    record = installed(application_entry())
    assert record is not None
    assert ("inode/directory", "files.desktop") in record.defaults
    uninstall(application_entry())
    assert config.read_text().split() == theirs.split()
    assert {kind: default_for(kind) for kind in MIME_TYPES} == before


def link_parts(data: bytes) -> dict[str, Any]:
    """A shortcut read back, each of the three places that name its target by itself ([MS-SHLLINK])."""
    (flags,) = struct.unpack_from("<I", data, 20)
    at = 76
    (size,) = struct.unpack_from("<H", data, at)
    items, inner = [], at + 2
    while (length := struct.unpack_from("<H", data, inner)[0]) != 0:
        items.append(data[inner + 2 : inner + length])
        inner += length
    assert inner + 2 == at + 2 + size
    at += 2 + size
    names = []
    for item in items[2:]:
        (block,) = struct.unpack_from("<H", item, len(item) - 2)
        body = item[block - 2 :]
        length, version, signature = struct.unpack_from("<HHI", body)
        assert (length, version, signature) == (len(body), 3, 0xBEEF0004)
        names.append(body[20:-2].decode("utf-16-le").rstrip("\0"))
    drive = items[1][1:].rstrip(b"\0").decode()
    (info,) = struct.unpack_from("<I", data, at)
    (wide,) = struct.unpack_from("<I", data, at + 28)
    path = data[at + wide : at + info].decode("utf-16-le").partition("\0")[0]
    at += info
    strings = []
    for _ in range(4):
        (count,) = struct.unpack_from("<H", data, at)
        strings.append(data[at + 2 : at + 2 + 2 * count].decode("utf-16-le"))
        at += 2 + 2 * count
    expandable = None
    if flags & 1 << 9:
        assert struct.unpack_from("<II", data, at) == (0x314, 0xA0000001)
        expandable = data[at + 268 : at + 788].decode("utf-16-le").rstrip("\0")
        at += 0x314
    assert data[at:] == b"\0\0\0\0"
    return {"items": drive + "\\".join(names), "path": path, "strings": strings, "expandable": expandable}


PARTS = st.text(
    st.characters(exclude_characters='<>:"/\\|?*', exclude_categories=("Cs", "Cc")), min_size=1, max_size=20
).filter(lambda name: name.strip(". ") == name)


@given(st.lists(PARTS, min_size=1, max_size=5))
def test_a_shortcut_names_its_target_the_same_in_each_place(parts: list[str]) -> None:
    target = PureWindowsPath("C:\\", *parts)
    read = link_parts(shell_link(target, "-m x", icon=PureWindowsPath("C:\\i.ico"), comment="what it does"))
    assert read["items"] == read["path"] == str(target)
    assert read["strings"] == ["what it does", str(target.parent), "-m x", "C:\\i.ico"]
    assert read["expandable"] == (None if "%" in str(target) else str(target))


def test_a_shortcut_to_a_share_is_refused() -> None:
    with pytest.raises(ValueError, match="absolute path on a drive"):
        shell_link(PureWindowsPath(r"\\server\share\python.exe"), "", icon=PureWindowsPath("C:\\i.ico"), comment="")


def test_send_to_starts_the_interpreter_without_a_shell(home: Path, tmp_path: Path) -> None:
    entry = send_to(python=r"C:\Users\Zoë & co\100 %\python.exe")
    (link,) = [path for path in entry.files if path.suffix == ".lnk"]
    assert link == home / "AppData" / "Roaming" / "Microsoft" / "Windows" / "SendTo" / f"{TITLE}.lnk"
    read = link_parts(entry.files[link])
    assert read["path"] == r"C:\Users\Zoë & co\100 %\python.exe"
    assert read["strings"][2] == "-m headshot_check desktop open --"
    (picture,) = [path for path in entry.files if path.suffix == ".ico"]
    saved = tmp_path / "icon.ico"
    saved.write_bytes(entry.files[picture])
    with Image.open(saved) as image:
        assert (256, 256) in image.info["sizes"]


@pytest.mark.skipif(os.name == "nt", reason="sh")
@pytest.mark.parametrize("folder", ["plain", 'it\'s "mine" $HOME `ls` 100 % & co; \\'])
def test_the_quick_action_hands_files_over_as_they_are(folder: str, home: Path) -> None:
    place = home / folder
    place.mkdir()
    python = place / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\0" "$0" "$@" "$PWD"\n')
    python.chmod(0o755)
    workflow = plistlib.loads(
        next(data for path, data in quick_action(python=str(python)).files.items() if path.name == "document.wflow")
    )
    parameters = workflow["actions"][0]["action"]["ActionParameters"]
    assert (parameters["inputMethod"], parameters["shell"]) == (1, "/bin/sh")
    files = ["/Users/me/a b & c.jpg", "/Users/me/-- $x.jpg"]
    line = ["/bin/sh", "-c", parameters["COMMAND_STRING"], "sh", *files]
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    assert said.split("\0")[:-1] == [str(python), *ARGUMENTS, *files, str(place)]


def test_the_quick_action_is_a_service_for_pictures_and_folders(home: Path) -> None:
    files = {path.name: data for path, data in quick_action().files.items()}
    info = plistlib.loads(files["Info.plist"])
    (service,) = info["NSServices"]
    assert service["NSSendFileTypes"] == ["public.image", "public.folder"]
    assert service["NSMenuItem"] == {"default": TITLE}
    assert service["NSMessage"] == "runWorkflowAsService"
    workflow = plistlib.loads(files["document.wflow"])
    kind = workflow["workflowMetaData"]
    assert kind["workflowTypeIdentifier"] == "com.apple.Automator.servicesMenu"
    assert kind["serviceInputTypeIdentifier"] == "com.apple.Automator.fileSystemObject"
    assert plistlib.loads(plistlib.dumps(workflow)) == workflow
    assert command("/usr/bin/python3").startswith("cd /usr/bin && exec /usr/bin/python3 -m headshot_check")
    bundle = {path.parent.parent.name for path in quick_action().files if path.name == "Info.plist"}
    assert bundle == {f"{TITLE}.workflow"}


def test_the_same_selection_has_the_same_report_folder(home: Path) -> None:
    assert report_folder(["/a/team", "/b"]) == report_folder(["/b", "/a/team"])
    assert report_folder(["/a/team"]) != report_folder(["/b/team"])
    assert report_folder(["/a/team"]).parent == home / "headshot-check reports"
    assert report_folder(['/a/x: "y"?\n<z>. ']).name.startswith("x_ _y____z_ ")


def test_a_second_drop_takes_what_is_known(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dropped, "_PATIENCE_S", 60.0)
    shown: list[Path] = []
    shutil.copy(SELFIE, tmp_path / "me.jpg")
    assert check_dropped([str(tmp_path / "me.jpg")], "linkedin", shown.append) == {"retake"}
    monkeypatch.setattr("headshot_check.scan.run.WorkerPool", None)  # nothing is left for a worker to do
    assert check_dropped([str(tmp_path / "me.jpg")], "linkedin", shown.append) == {"retake"}
    assert [page.name for page in shown] == ["report.html"] * 2
    assert shown[0] == shown[1]


def test_a_long_scan_shows_how_far_it_is_in_the_page_that_becomes_the_report(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dropped, "_PATIENCE_S", 0.01)
    monkeypatch.setattr(dropped, "_REFRESH_S", 0.01)
    shown: list[tuple[Path, str]] = []
    shutil.copy(SELFIE, tmp_path / "me.jpg")
    check_dropped([str(tmp_path)], "linkedin", lambda page: shown.append((page, page.read_text(encoding="utf-8"))))
    ((page, then),) = shown
    assert "The report appears here" in then
    assert 'http-equiv="refresh"' in then
    assert "url=report.html" in page.read_text(encoding="utf-8")
    assert (page.parent / "report.html").is_file()


@pytest.mark.parametrize(
    ("what", "policy", "says"),
    [
        ("nothing-here.jpg", "linkedin", "there is no such folder or file"),
        (".", "no-such-policy", "no-such-policy"),
    ],
)
def test_errors_open_as_a_page(what: str, policy: str, says: str, home: Path, tmp_path: Path) -> None:
    shown: list[Path] = []
    assert check_dropped([str(tmp_path / what)], policy, shown.append) == set()
    (page,) = shown
    text = page.read_text(encoding="utf-8")
    assert says in text
    assert "could not be checked" in text


def test_an_error_is_shown_even_when_the_home_folder_cannot_be_written(home: Path, tmp_path: Path) -> None:
    (home / "headshot-check reports").write_text("a file where the folder should be")
    shown: list[Path] = []
    assert check_dropped([str(SELFIE)], "linkedin", shown.append) == set()
    assert "could not be checked" in shown[0].read_text(encoding="utf-8")
    assert home not in shown[0].parents


def test_what_a_killed_check_left_of_its_page_is_cleared(home: Path, tmp_path: Path) -> None:
    dropped_files = [str(tmp_path / "nothing")]
    folder = report_folder(dropped_files)
    folder.mkdir(parents=True)
    part, stream = open_part(folder / "checking.html")
    stream.close()  # as the end of a process does
    check_dropped(dropped_files, "linkedin", lambda page: None)
    assert not part.exists()


def test_opening_without_dropping_explains_the_icon(home: Path) -> None:
    shown: list[Path] = []
    check_dropped([], "linkedin", shown.append)
    assert "Drop photos" in shown[0].read_text(encoding="utf-8")


def test_what_a_page_shows_is_escaped() -> None:
    text = pages.error("<script>x</script>", "<b>") + pages.checking(1, 2, "<img src=x>")
    assert "<script>x" not in text
    assert "<img" not in text
    assert "<b>" not in text


def test_the_command_installs_shows_and_uninstalls(home: Path) -> None:
    def run(*arguments: str) -> str:
        line = [sys.executable, "-m", "headshot_check", "desktop", *arguments]
        return subprocess.run(line, capture_output=True, text=True, check=True, timeout=60).stdout

    assert "not installed" in run("show")
    said = run("install")
    assert said.startswith("installed")
    assert "headshot-check reports" in said
    assert run("show").startswith("installed")
    assert run("uninstall").strip() == "uninstalled"
    assert run("uninstall").strip() == "nothing was installed"
