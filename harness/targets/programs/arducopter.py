"""A build of ArduCopter for SITL as a program: its command line, with our plant or with its own physics."""

from collections.abc import Callable, Sequence

from harness.bridges.ardupilot_json import JsonPeer
from harness.bridges.plant import BridgedPlant
from harness.link.virtual import VirtualPort
from harness.plant.airframe import FRAME_RATE, Airframe
from harness.targets.base import Sky
from harness.targets.programs.ardusim import ARDUSIM, ENABLE
from harness.targets.programs.cockpit import Plant, Process, Source
from harness.targets.programs.lines import SerialLine
from harness.targets.programs.lockstep_cockpit import PATIENCE, ProgramCockpit
from harness.timing import Inputs

# where the flights take place: latitude and longitude (deg), height (m); heading north
HOME = (35.6762, 139.6503, 40.0)
# 2026-01-01, as the identity of the clients has it; signatures carry the date
START_TIME = 1_767_225_600
# of the trusted port, the two radios and the rig; in between are the simulated receivers of satellites
SERIALS = (0, 1, 2, 5)
# ports that SITL opens whether or not anybody uses them; 0 lets the system choose, so that instances do not collide
UNUSED_PORTS = ("--rc-in-port", "0", "--sim-port-in", "0", "--irlock-port", "0")


class ArducopterBuild:
    """A build of ArduCopter for SITL, and the parameters that the aircraft is commissioned with.

    Implements :class:`harness.targets.programs.cockpit.Firmware`.
    """

    # its own checks want gyro samples at 1.8 times its loop rate of 400 Hz (AP_Arming, "Gyro 0 rate ...")
    split = 2
    simulator = ARDUSIM
    alive = ENABLE

    def __init__(self, program: Source, parameters: Sequence[bytes], speed: float = 1.0) -> None:
        """`parameters`: contents of files of them, a later one above an earlier one; `speed`: of its own physics."""
        self._program, self._speed = program, speed
        self._files = {f"{number}.parm": data for number, data in enumerate(parameters)}

    def make_line(self, end: VirtualPort, inputs: Inputs) -> SerialLine:
        """It connects to us over TCP."""
        return SerialLine(end, inputs, self._program.host)

    def make_plant(self, airframe: Airframe, seed: int, start: float) -> BridgedPlant:
        """Our physics; ArduPilot makes its own sensors of the true motion."""
        return BridgedPlant(airframe, seed, start=start, split=self.split)

    def make_sky(self, plant: Callable[[], Plant], sky: Sky) -> Sky:
        """That of its simulator, which makes its satellites in our plant too."""
        return sky

    def boot(self, lines: Sequence[str]) -> ProgramCockpit:
        """Start it in a fresh folder, so with factory settings, to fly our plant frame by frame."""
        rate = FRAME_RATE * self.split
        peer = JsonPeer(1.0 / rate, PATIENCE, self._program.host)
        there = ("--sim-address", self._program.host, "--sim-port-out", str(peer.port))
        model = ("--model", "JSON", "--rate", str(rate), *there)
        try:
            return ProgramCockpit(self._run(model, lines), peer, "servo frame")
        except BaseException:
            peer.close()
            raise

    def boot_alone(self, lines: Sequence[str]) -> Process:
        """Start it in its own physics; link-loss times are judged at 1x."""
        return self._run(("--model", "x", "--speedup", f"{self._speed:g}"), lines)

    def _run(self, model: Sequence[str], lines: Sequence[str]) -> Process:
        serials = [f"--serial{number}=tcpclient:{place}" for number, place in zip(SERIALS, lines, strict=True)]
        latitude, longitude, height = HOME
        home = ("--home", f"{latitude},{longitude},{height:g},0", "--start-time", str(START_TIME))
        defaults = ("--defaults", ",".join(self._files))
        return self._program.start([*model, *home, *defaults, *UNUSED_PORTS, *serials], self._files)
