"""PX4 on a board in hardware-in-the-loop as a target: an autopilot over a serial port, our plant, the wall clock."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.link.keyfile import read_key
from harness.link.place import Place
from harness.targets.hitl.link import HilOptions
from harness.targets.hitl.monitor import LinkLimits
from harness.targets.hitl.settings import HitlLinks
from harness.targets.hitl.world import AIRFRAME, Board, HitlWorld
from harness.targets.programs.autopilot import read_parameters
from harness.targets.programs.px4 import parse_parameters
from harness.targets.programs.px4build import HOME

IDENTIFY_WITHIN = 5.0  # s
# of the frames of sensors: 200 of 250, as many as PX4 integrates a second as shipped (IMU_INTEG_RATE)
LEAST_SHARE = 0.8


class Px4HitlTarget:
    """A board of Pixhawk class with SYS_HITL 1. Its motors are simulated; what it flies in is, too.

    Raises:
        UsageError: a place or the key is wrong, or a defect is to be seeded.
        FileError: a file of parameters cannot be read, or a line of it is none.
    """

    kind = "px4-hitl"
    simulated = True

    def __init__(self, *, defects: Sequence[str], folder: Path, **settings: Any) -> None:  # noqa: ANN401
        """Nothing is opened yet; `settings` are those of `HitlLinks`, paths from `folder`."""
        if defects:
            raise UsageError("--defect seeds the embedded drone only, and this is a real board")
        self._board = make_board(HitlLinks.model_validate(settings), folder)
        self._identity: dict[str, Any] | None = None

    def identity(self) -> Mapping[str, Any]:
        """What the board says of itself, if it is powered now; else that it was not heard.

        Raises:
            RigError: a port cannot be opened or is too slow, the board drives motors, or is not what the rig file says.
        """
        if self._identity is None:
            world = self.new_world(0)
            try:
                self._identity = {"place": str(self._board.place), **world.identify(IDENTIFY_WITHIN)}
            finally:
                world.close()
        return self._identity

    def new_world(self, seed: int) -> HitlWorld:
        """The board for one case; `seed` drives the plant's own noise and the air.

        Raises:
            RigError: a port cannot be opened or is too slow.
        """
        return HitlWorld(self._board, seed)

    def close(self) -> None:
        """Nothing outlives a case."""


def make_board(settings: HitlLinks, folder: Path) -> Board:
    """What the rig file says.

    Raises:
        UsageError: the key is wrong.
        FileError: a file of parameters cannot be read, or a line of it is none.
    """
    files = [str(folder / name) for name in settings.parameters]
    wanted = {AIRFRAME: float(settings.airframe)} if settings.airframe is not None else {}
    for name, data in zip(files, read_parameters(files), strict=True):
        wanted |= {key: float(value) for key, value in parse_parameters(Path(name), data).items()}
    limits = LinkLimits(
        sensor_rate=settings.least_sensor_rate or LEAST_SHARE * settings.sensor_rate,
        actuator_rate=settings.least_actuator_rate,
        longest_gap=settings.longest_gap,
        round_trip=settings.longest_round_trip,
        waiting=settings.most_waiting,
    )
    return Board(
        place=Place.parse(settings.board).under(folder),
        radio=Place.parse(settings.radio).under(folder) if settings.radio else None,
        key=read_key(folder / settings.signing_key) if settings.signing_key else None,
        boot=settings.boot,
        firmware=settings.firmware,
        restart=settings.restart,
        parameters=wanted,
        options=HilOptions(sensor_rate=settings.sensor_rate, above_sea=HOME[2], limits=limits),
    )
