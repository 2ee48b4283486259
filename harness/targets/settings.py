"""The settings that the targets of this project take in a rig file; a target that is not listed takes none."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field, model_validator

from harness.catalogue.model import Many, Model, Text


class AutopilotSettings(Model):
    """Settings of a target that runs the user's own build of an autopilot.

    Attributes:
        binary: its program: a path, from the rig file's folder, or a name to be looked for on the search path.
        parameters: files of parameters that the aircraft is commissioned with, a later one above an earlier one;
            paths from the rig file's folder.
        physics: ``plant``: ours, in lockstep; ``own``: the autopilot's, whose clock is then the test clock.
    """

    binary: Text
    parameters: Many[Text]
    physics: Literal["plant", "own"] = "plant"

    def located(self, folder: Path) -> "AutopilotSettings":
        """The same with paths that hold from any working directory."""
        update: dict[str, Any] = {"parameters": tuple(str((folder / name).resolve()) for name in self.parameters)}
        if "/" in self.binary:
            update["binary"] = str((folder / Path(self.binary).expanduser()).resolve())
        return self.model_copy(update=update)


class Px4Settings(AutopilotSettings):
    """Settings of PX4.

    Attributes:
        speed: simulated seconds in one of the wall clock, with its own physics; link-loss times are judged at 1.
    """

    speed: float = Field(default=1.0, ge=1.0, le=10.0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _hurries_alone(self) -> "Px4Settings":
        if self.speed != 1.0 and self.physics != "own":
            raise ValueError("speed is of its own physics; our plant goes as fast as it can")
        return self


SETTINGS: Mapping[str, type[AutopilotSettings]] = MappingProxyType({"ardupilot": AutopilotSettings, "px4": Px4Settings})
