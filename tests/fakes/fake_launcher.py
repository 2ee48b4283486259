"""A scripted launcher of ArduPilot releases: the command line and the store of dronekit-sitl, and how it may fail."""

import stat

_BRINGS = 'mkdir -p "$place"\ncp "{program}" "$place/apm"\nchmod +x "$place/apm"\n'
_HABITS = {
    "brings": f'echo "Downloading SITL"\n{_BRINGS}exec "$place/apm" --help\n',
    "versionless": f'if [ "$1" = --version ]; then exit 1; fi\n{_BRINGS}',
    "fails": "echo 'File Not Found: http://no.where/sitl-linux-copter.tar.gz'\nexit 1\n",
    "idle": "echo 'Ready to boot.'\n",
    "hangs": "echo 'Downloading SITL'\nsleep 600 &\necho $! > {child}\nwait\n",
    "page": 'mkdir -p "$place"\necho "<html>Access denied</html>" > "$place/apm"\n',
}


def write_launcher(path, habit, program="", child=""):
    """A launcher at `path` that brings `program`, or fails so; `child`: where it writes the process that it leaves."""
    text = f'#!/bin/sh\nif [ "$1" = --version ] && [ {habit} != versionless ]; then echo 3.3.0; exit 0; fi\n'
    text += f'echo "$@" >> {path}.asked\nplace="$HOME/.dronekit/sitl/$1"\n'
    text += _HABITS[habit].replace("{program}", str(program)).replace("{child}", str(child))
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
