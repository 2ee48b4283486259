"""A build of ArduCopter for SITL as a program: its command line, with our plant or with its own physics."""

from collections.abc import Sequence

from harness.bridges.ardupilot_json import JsonPeer
from harness.bridges.plant import Body, Motors
from harness.errors import VehicleError
from harness.plant.airframe import FRAME_RATE
from harness.targets.program import Program, Running

# where the flights take place: latitude and longitude (deg), height (m); heading north
HOME = (35.6762, 139.6503, 40.0)
# 2026-01-01, as the identity of the clients has it; signatures carry the date
START_TIME = 1_767_225_600
PATIENCE = 0.5  # s of the wall clock
SILENCES = 60  # of that length, after which an autopilot is taken for dead; a busy machine is slow, not silent
# of the trusted port, the two radios and the rig; in between are the simulated receivers of satellites
SERIALS = (0, 1, 2, 5)
# ports that SITL opens whether or not anybody uses them; 0 lets the system choose, so that instances do not collide
UNUSED_PORTS = ("--rc-in-port", "0", "--sim-port-in", "0", "--irlock-port", "0")


class JsonCockpit:
    """An ArduPilot that runs with the model JSON."""

    def __init__(self, running: Running, peer: JsonPeer) -> None:
        self._running, self._peer = running, peer

    def hear(self) -> Motors:
        """The motor commands of its next servo frame.

        Raises:
            VehicleError: it has ended, or says nothing any more.
        """
        for _ in range(SILENCES):
            motors = self._peer.wait()
            if motors is not None:
                return motors
            self._running.assert_running("a servo frame was awaited")
        raise VehicleError(
            f"no servo frame from the autopilot for {SILENCES * PATIENCE:g} s (wall clock); it said last: "
            f"{self._running.read_last_words()}"
        )

    def answer(self, body: Body) -> None:
        """Give it the motion that follows."""
        self._peer.answer(body)

    def stop(self) -> None:
        """End it."""
        self._running.stop()
        self._peer.close()

    def kill(self) -> None:
        """End it at once."""
        self._running.kill()
        self._peer.close()


class ArducopterBuild:
    """A build of ArduCopter for SITL, and the parameters that the aircraft is commissioned with."""

    # its own checks want gyro samples at 1.8 times its loop rate of 400 Hz (AP_Arming, "Gyro 0 rate ...")
    split = 2

    def __init__(self, program: Program, parameters: Sequence[bytes]) -> None:
        """`parameters`: contents of parameter files, a later one above an earlier one."""
        self.program = program
        self._files = {f"{number}.parm": data for number, data in enumerate(parameters)}

    def boot(self, lines: Sequence[str]) -> JsonCockpit:
        """Start it in a fresh folder, so with factory settings, to fly our plant frame by frame."""
        rate = FRAME_RATE * self.split
        peer = JsonPeer(1.0 / rate, PATIENCE)
        model = ("--model", "JSON", "--rate", str(rate), "--sim-port-out", str(peer.port))
        try:
            return JsonCockpit(self._run(model, lines), peer)
        except BaseException:
            peer.close()
            raise

    def boot_alone(self, lines: Sequence[str]) -> Running:
        """Start it in its own physics, at the speed of the wall clock: link-loss times are judged at 1x."""
        return self._run(("--model", "x", "--speedup", "1"), lines)

    def _run(self, model: Sequence[str], lines: Sequence[str]) -> Running:
        serials = [f"--serial{number}=tcpclient:{place}" for number, place in zip(SERIALS, lines, strict=True)]
        latitude, longitude, height = HOME
        home = ("--home", f"{latitude},{longitude},{height:g},0", "--start-time", str(START_TIME))
        defaults = ("--defaults", ",".join(self._files))
        return Running(self.program, [*model, *home, *defaults, *UNUSED_PORTS, *serials], self._files)
