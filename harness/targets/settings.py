"""The settings that the targets of this project take in a rig file; a target that is not listed takes none."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from harness.catalogue.model import Many, Model, Sha256, Text

# what says where a program comes from, beside its path; a program of the command line stands in for all of it
OF_A_SOURCE = ("launcher", "release", "sha256", "image", "command", "engine")


def _pinned(text: str) -> str:
    if re.fullmatch(r"copter-\d{1,2}(\.\d{1,2}){1,2}", text) is None:
        raise ValueError(f"{text!r} is no release of one version: pin one of ArduCopter, as copter-4.6.0")
    return text


Release = Annotated[str, AfterValidator(_pinned)]


class AutopilotSettings(Model):
    """Settings of a target that runs the user's own build of an autopilot.

    Attributes:
        parameters: files of parameters that the aircraft is commissioned with, a later one above an earlier one;
            paths from the rig file's folder.
        physics: ``plant``: ours, in lockstep; ``own``: the autopilot's, whose clock is then the test clock.
        speed: simulated seconds in one of the wall clock, with its own physics; link-loss times are judged at 1.
    """

    # what names a program of this machine: a path, from the rig file's folder, or a name for the search path
    programs: ClassVar[tuple[str, ...]] = ("binary",)

    parameters: Many[Text]
    physics: Literal["plant", "own"] = "plant"
    speed: float = Field(default=1.0, ge=1.0, le=10.0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _hurries_alone(self) -> "AutopilotSettings":
        if self.speed != 1.0 and self.physics != "own":
            raise ValueError("speed is of its own physics; our plant goes as fast as it can")
        return self

    def located(self, folder: Path) -> "AutopilotSettings":
        """The same with paths that hold from any working directory."""
        update: dict[str, Any] = {"parameters": tuple(str((folder / name).resolve()) for name in self.parameters)}
        for key in self.programs:
            name = getattr(self, key) or ""
            if "/" in name:
                update[key] = str((folder / Path(name).expanduser()).resolve())
        return self.model_copy(update=update)


class Px4Settings(AutopilotSettings):
    """Settings of PX4.

    Attributes:
        binary: its program: a path, from the rig file's folder, or a name to be looked for on the search path.
    """

    binary: Text


class ArdupilotSettings(AutopilotSettings):
    """Settings of ArduPilot, whose program is named in one of three ways.

    Attributes:
        binary: its program: a path, from the rig file's folder, or a name to be looked for on the search path.
        launcher: a program with the command line of dronekit-sitl, which downloads releases; likewise.
        release: what it downloads, one version exactly, as copter-4.6.0.
        image: name or id of an image that the container engine has.
        command: the program inside it, and what goes before our own options.
        engine: socket of the engine, as unix:///var/run/docker.sock, which is the default.
        sha256: that the program must have, in hex; empty for any.
    """

    programs: ClassVar[tuple[str, ...]] = ("binary", "launcher")

    binary: Text | None = None
    launcher: Text | None = None
    release: Release | None = None
    image: Text | None = None
    command: Many[str] = ()
    engine: str = ""
    sha256: Sha256 | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "ArdupilotSettings":
        named = [key for key in ("binary", "launcher", "image") if getattr(self, key) is not None]
        if not named:
            raise ValueError("no program is named: state binary, launcher with release, or image with command")
        if len(named) > 1:
            raise ValueError(f"{' and '.join(named)} name two programs: state one; --binary goes before any of them")
        for key, other in (("launcher", "release"), ("image", "command")):
            if named == [key] and not getattr(self, other):
                raise ValueError(f"{key} without {other}: {_WANTED[other]}")
            if named != [key] and getattr(self, other):
                raise ValueError(f"{other} belongs to {key}, and {named[0]} is stated")
        if self.engine and self.image is None:
            raise ValueError(f"engine belongs to image, and {named[0]} is stated")
        return self

    @model_validator(mode="after")
    def _whole_path(self) -> "ArdupilotSettings":
        if self.command and not re.fullmatch(r"(/[^/\x00-\x1f]+)+", self.command[0]):
            raise ValueError(f"command: {self.command[0]!r} is no whole path inside the image, as /usr/bin/arducopter")
        return self


_WANTED = {
    "release": "pin what it downloads, as copter-4.6.0",
    "command": "name the program inside, as /usr/bin/arducopter",
}
SETTINGS: Mapping[str, type[AutopilotSettings]] = MappingProxyType({"ardupilot": ArdupilotSettings, "px4": Px4Settings})
