"""Whose a container, network or volume is, in labels: a run removes what a killed one left, and nothing else."""

import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# process and machine, random name of the run, and when the process began: its number may be given again
OWNER, RUN, BORN = "dronecert.owner", "dronecert.run", "dronecert.born"


def make_labels() -> dict[str, str]:
    """The labels of what this process makes in this run."""
    pid = os.getpid()
    return {OWNER: f"{pid}@{socket.gethostname()}", RUN: secrets.token_hex(6), BORN: _born(pid)}


def labels_of(thing: Any) -> dict[str, str]:  # noqa: ANN401 - the SDK has no types
    """The labels of a container, network or volume."""
    own = getattr(thing, "labels", None)
    return dict(own if own is not None else thing.attrs.get("Labels") or {})


def is_orphan(labels: Mapping[str, str]) -> bool:
    """Whether the process that made it was one of this machine and is dead."""
    pid, _, host = labels.get(OWNER, "").partition("@")
    return host == socket.gethostname() and pid.isdecimal() and _born(int(pid)) != labels.get(BORN)


def _born(pid: int) -> str:
    """When a process began, in ticks since boot (proc(5), field 22 of stat); empty for none."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return told.rpartition(")")[2].split()[19]
