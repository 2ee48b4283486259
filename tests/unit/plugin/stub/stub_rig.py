"""A rig that flies nothing, brought in from outside by entry points; its devices do wrong when a test asks them to."""

from pathlib import Path

from harness.errors import RigError, UsageError, VehicleError
from harness.instruments.chart import Chart
from harness.judgement import Estimate, Exposure
from harness.targets.base import Sockets
from harness.timing import Schedule

ERRORS = {"rig": RigError, "usage": UsageError}


class StubWorld:
    """A world in which time stands still."""

    def __init__(self):
        self.schedule, self.sockets = Schedule(), Sockets()
        self.heard = True

    def now(self):
        return 12.5

    def advance(self, until):
        return until

    def power_on(self):
        pass

    def power_off(self):
        pass


class StubTarget:
    kind = "stub"
    simulated = False

    def __init__(self, *, defects=(), fails="", nameless=""):
        # file that says that it was closed after it could not say what it is
        self._nameless = nameless
        if fails:
            raise ERRORS[fails]("the target does not come up")

    def identity(self):
        if self._nameless:
            raise RigError("the target does not say what it is")
        return {"firmware_sha256": "0" * 64, "firmware_obtained": "dumped"}

    def new_world(self, seed):
        return StubWorld()

    def close(self):
        if self._nameless:
            Path(self._nameless).touch()


class StubInterlock:
    """An interlock that is live."""

    def __init__(self, context):
        pass

    def prove(self):
        pass

    def watch(self):
        pass


class StubVehicle:
    """The article: refuses and falls silent."""

    def __init__(self, context):
        self._context = context

    def refuse(self):
        raise VehicleError("refused to arm")

    def fall_silent(self):
        self._context.world.heard = False

    def check(self, ok):
        self._context.check("twin.obeys", ok, "the same order, rightly signed")

    def fail_quietly(self):
        """As an instrument does that forgets to raise."""
        self._context.log.control("quiet", "positive", False, "seen by nobody")

    def expose(self, wind):
        level = Exposure(name="wind", unit="m/s", level=12.0, realised=Estimate(value=wind))
        self._context.log.exposed(level)

    def show(self):
        log = self._context.log
        log.note("a remark")
        log.exhibit("telemetry", "text/csv", b"t,x\n0,1\n", "series")
        log.chart(Chart(title="Error", x_label="t (s)", y_label="m", lines=(("e", (0.0, 1.0), (0.5, 1.0)),)))


class StubObserver:
    """The independent witness."""

    def __init__(self, context):
        self._world = context.world

    def hears(self):
        return self._world.heard
