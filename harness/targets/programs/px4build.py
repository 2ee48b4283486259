"""A build of PX4 for SITL as a program: its start-up, with our plant or with its own physics.

It starts through its own ``rcS``. Before that, our start file names model, place and parameters; PX4's scripts look for
``px4-rc.mavlink`` on the search path, so that ours in the article's folder is found first and opens its four links.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from harness.bridges.px4_hil import HilPeer
from harness.bridges.sensed import SensedPlant
from harness.errors import UsageError
from harness.link.virtual import VirtualPort
from harness.plant.airframe import Airframe
from harness.targets.base import Sky
from harness.targets.programs.cockpit import Plant
from harness.targets.programs.lines import DatagramLine
from harness.targets.programs.lockstep_cockpit import PATIENCE, ProgramCockpit
from harness.targets.programs.plantsky import PlantSky
from harness.targets.programs.program import Program, Running
from harness.targets.programs.px4instance import Px4Instance, find_free_ports
from harness.targets.programs.sih import SIH
from harness.timing import Inputs

# where the flights take place: latitude and longitude (deg), height (m), in a parameter's single precision
HOME = (float(np.float32(35.6762)), float(np.float32(139.6503)), 40.0)
# of a link, bytes a second; more than all streams together
_RATE = 1_000_000
# messages that a link of a ground station needs, Hz
STREAMS = {"LOCAL_POSITION_NED": 10, "ATTITUDE": 10, "GLOBAL_POSITION_INT": 4, "GPS_RAW_INT": 2, "SYS_STATUS": 2}
# a trusted port tells a change of mode at once
_TRUSTED = {**STREAMS, "HEARTBEAT": 20}
STARTUP = Path("init.d-posix") / "rcS"
_START = "start.sh"
# its simulator reads this, and so does its rcS, which then stretches link-loss times for stations in real time
_SPEED = "PX4_SIM_SPEED_FACTOR"


class Px4Build:
    """A build of PX4 for SITL, and the parameters that the aircraft is commissioned with.

    Implements :class:`harness.targets.programs.cockpit.Firmware`.

    Attributes:
        romfs: folder of its start-up files, beside the folder of the program.
    """

    simulator = SIH
    alive = SIH.sky.name

    def __init__(self, program: Program, parameters: Mapping[str, str], remedy: str, speed: float = 1.0) -> None:
        """`parameters`: as they are written, by name; `speed`: of its own physics, by the wall clock.

        Raises:
            UsageError: there are no start-up files beside the program.
        """
        self._program, self._parameters, self._speed = program, parameters, speed
        self.romfs = program.path.parent.parent / "etc"
        if not (self.romfs / STARTUP).is_file():
            raise UsageError(
                f"{program.path} is no PX4 of a whole build: it has no start-up files beside it "
                f"({self.romfs / STARTUP}). {remedy}"
            )

    def hash_startup(self) -> str:
        """SHA-256 of the start-up files, in hex: names and contents, in the order of names."""
        digest = hashlib.sha256()
        for path in sorted(each for each in self.romfs.rglob("*") if each.is_file()):
            digest.update(str(path.relative_to(self.romfs)).encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def make_line(self, end: VirtualPort, inputs: Inputs) -> DatagramLine:
        """It speaks in datagrams."""
        return DatagramLine(end, inputs)

    def make_plant(self, airframe: Airframe, seed: int, start: float) -> SensedPlant:
        """Our physics with its sensors, which PX4 wants to be told."""
        return SensedPlant(airframe, seed, HOME, start=start)

    def make_sky(self, plant: Callable[[], Plant], sky: Sky) -> Sky:
        """That of the plant: PX4's own simulator does not run beside it."""
        return PlantSky(plant)

    def boot(self, lines: Sequence[str]) -> ProgramCockpit:
        """Start it in a fresh folder, so with factory settings, to fly our plant frame by frame."""
        instance = Px4Instance.reserve()
        peer = HilPeer(instance.listener, PATIENCE)
        try:
            return ProgramCockpit(self._run(instance, "none_iris", lines), peer, "HIL_ACTUATOR_CONTROLS")
        except BaseException:
            peer.close()
            raise

    def boot_alone(self, lines: Sequence[str]) -> Running:
        """Start it in its own physics; link-loss times are judged at 1x."""
        instance = Px4Instance.reserve()
        try:
            running = self._run(instance, "sihsim_quadx", lines)
        except BaseException:
            instance.release()
            raise
        # until its end: between its start and its own lock another would take the same number
        running.release_at_end(instance.release)
        return running

    def _run(self, instance: Px4Instance, model: str, lines: Sequence[str]) -> Running:
        files = {
            _START: self._write_start(model).encode(),
            "px4-rc.mavlink": _write_links(lines, find_free_ports(len(lines))).encode(),
        }
        arguments = ("-d", "-i", str(instance.number), "-s", _START, str(self.romfs))
        variables = {} if self._speed == 1.0 else {_SPEED: f"{self._speed:g}"}
        return Running(self._program, arguments, files, variables)

    def _write_start(self, model: str) -> str:
        latitude, longitude, height = HOME
        settings = {
            "PX4_SIM_MODEL": model,
            "PX4_HOME_LAT": f"{latitude:.9f}",
            "PX4_HOME_LON": f"{longitude:.9f}",
            "PX4_HOME_ALT": f"{height:g}",
            **{f"PX4_PARAM_{name}": value for name, value in self._parameters.items()},
        }
        exports = [f"export {name}={value}" for name, value in settings.items()]
        # a trimmed build lacks modules whose absence would end the program at the end of its own start-up
        return "\n".join([*exports, f"unset {_SPEED}", 'PATH="$PATH:$PWD"', f". etc/{STARTUP}", "exit 0", ""])


def _write_links(lines: Sequence[str], ports: Sequence[int]) -> str:
    """The trusted port, the radio, a second radio, and the rig's own, which streams what it is asked for."""
    said = list[str]()
    links: tuple[tuple[str, Mapping[str, int]], ...]
    # without a mode a link is a ground station's
    links = (("", _TRUSTED), ("", STREAMS), ("", STREAMS), ("-m custom ", {}))
    for place, port, (mode, streams) in zip(lines, ports, links, strict=True):
        host, _, remote = place.rpartition(":")
        said.append(f"mavlink start -x -u {port} -o {remote} -t {host} {mode}-r {_RATE}")
        said += [f"mavlink stream -u {port} -s {name} -r {rate}" for name, rate in streams.items()]
    return "\n".join([*said, ""])
