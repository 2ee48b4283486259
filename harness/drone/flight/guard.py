"""The failsafes: what each watches, what it does about it, and its words to the pilot. Loads no kernel."""

from harness.drone.flight import layout as own
from harness.drone.flight.craft import Craft
from harness.drone.flight.failsafes import CrashWatch, Lasting, LinkWatch
from harness.drone.flight.fence import Fence
from harness.drone.flight.guided import TICK
from harness.drone.flight.modes import NEED_POSITION, SELF_FLOWN, Modes
from harness.drone.flight.pilot import MANUAL
from harness.drone.flight.reading import hears_satellites, read_charge_left, read_tilt, read_wind
from harness.drone.flight.state import Mode, Severity

NAMES = ("gcs", "rc", "battery", "fence", "ekf", "gnss", "wind", "crash")
_CALM_AFTER = 0.8  # part of the wind's limit below which it counts as calm again
_WIND_TIMES = (2.0, 12.0)  # s above the limit that bring the warning and the action
_GLITCH_TIME, _RATE = 0.5, 0.25  # s without a believed sample, though samples come; s between two, at most


class Guard:
    """Watches the drone while it is armed, and acts."""

    def __init__(self, craft: Craft, modes: Modes, fence: Fence) -> None:
        self._craft, self._modes, self._fence = craft, modes, fence
        self._link = LinkWatch(craft.config.link_loss_timeout)
        self._crash = CrashWatch()
        self._windy, self._stormy = Lasting(_WIND_TIMES[0]), Lasting(_WIND_TIMES[1])
        period = craft.config.wind_cry_period
        self._crying = Lasting(period) if period else None
        self._acting: set[str] = set()
        self._battery = 0
        self._left: Mode | None = None  # what the last silence of the ground station ended

    @property
    def acting(self) -> tuple[str, ...]:
        """Names of the failsafes that act now."""
        return tuple(name for name in NAMES if name in self._acting)

    def begin(self) -> None:
        """Armed anew: what an earlier flight brought is over, and a silence that goes on is declared again."""
        self._crash, self._battery, self._link.lost = CrashWatch(), 0, False
        self._acting -= {"battery", "crash", "wind", "ekf", "rc"}

    def hear_ground_station(self) -> None:
        """A heartbeat came in now."""
        if self._link.hear(self._craft.now):
            self._acting.discard("gcs")
            self._say("Ground station regained")
            if self._craft.config.link_resume and self._craft.flying and self._left is not None:
                self._modes.enter(self._left)

    def watch(self) -> bool:
        """One tick of the slow loop, armed; may change the mode, or stop the motors and return False."""
        if self._crash.is_crashed(read_tilt(self._craft.state), TICK):
            self._acting.add("crash")
            self._say("Crash: disarming", Severity.CRITICAL)
            self._stop()
        elif self._craft.flying:
            self._watch_flight()
        elif self._is_given_up():
            self._say("Ground station lost: disarming")
            self._stop()
        return self._craft.armed

    def _watch_flight(self) -> None:
        self._watch_link()
        self._watch_position()
        self._watch_sticks()
        self._watch_battery()
        self._watch_fence()
        self._watch_wind()

    # --- links -----------------------------------------------------------------------------------------------------

    def _watch_link(self) -> None:
        self._link.timeout = self._craft.config.link_loss_timeout
        if self._link.is_newly_lost(self._craft.now):
            self._acting.add("gcs")
            self._left = self._modes.mode
            self._react("Ground station lost", self._link_action())

    def _is_given_up(self) -> bool:
        """Whether to disarm on the ground; without that the loss is not declared, so what takes off returns at once."""
        config = self._craft.config
        self._link.timeout = config.link_loss_timeout
        return config.link_loss_ground == "disarm" and self._link.is_newly_lost(self._craft.now)

    def _link_action(self) -> str:
        config, mode = self._craft.config, self._modes.mode
        phase = "same"
        if mode in SELF_FLOWN:
            phase = config.link_loss_landing
        elif mode is Mode.AUTO:
            phase = config.link_loss_auto
        elif mode in MANUAL:
            phase = config.link_loss_pilot
        return config.link_loss_action if phase == "same" else phase

    def _watch_sticks(self) -> None:
        pilot, manual = self._modes.pilot, self._modes.mode in MANUAL
        if pilot.present:
            if "rc" in self._acting:
                self._acting.discard("rc")
                self._say("RC regained")
        elif manual and pilot.heard is None:
            self._react("Pilot has let go", "brake")
        elif manual and "rc" not in self._acting:
            self._acting.add("rc")
            self._react("RC lost", self._craft.config.rc_loss_action)

    # --- what it flies by --------------------------------------------------------------------------------------------

    def _watch_position(self) -> None:
        s, known = self._craft.state, self._craft.knows_position
        heard = hears_satellites(s)
        troubled = not heard or bool(s[own.GPS_SILENT] < _RATE and s[own.GPS_AGE] > _GLITCH_TIME)
        self._note("gnss", troubled, "GNSS lost" if not heard else "GNSS glitch", "GNSS regained")
        if not known and "ekf" not in self._acting:
            self._acting.add("ekf")
            self._lose_position()
        elif known and "ekf" in self._acting and not troubled:
            self._acting.discard("ekf")
            self._say("Estimator recovered")

    def _lose_position(self) -> None:
        action = self._craft.config.position_loss_action
        if self._modes.mode not in (*NEED_POSITION, Mode.LAND):
            action = "none"
        if action == "alt_hold" and self._modes.pilot.present:
            self._say("Position lost: ALT_HOLD", Severity.CRITICAL)
            self._modes.enter(Mode.ALT_HOLD)
            return
        self._react("Position lost", "none" if action == "none" else "land", Severity.CRITICAL)

    def _watch_wind(self) -> None:
        limit = self._craft.config.wind_limit
        north, east = read_wind(self._craft.state)
        speed = (north * north + east * east) ** 0.5
        if limit and "wind" in self._acting and speed < _CALM_AFTER * limit:
            self._acting.discard("wind")
            self._say("Wind below limit again")
        strong = bool(limit) and speed > limit
        if self._windy.is_newly_so(strong, TICK) and "wind" not in self._acting:
            self._acting.add("wind")
            if self._craft.config.wind_warning:
                self._say(f"Wind above limit: {speed:.0f} m/s")
        if self._crying is not None and self._crying.is_newly_so(True, TICK):
            self._crying.lasted = 0.0
            self._say(f"Wind above limit: {speed:.0f} m/s")
        if self._stormy.is_newly_so(strong, TICK):
            what = "Wind above limit" if self._craft.config.wind_warning else "Failsafe"
            self._react(what, self._craft.config.wind_action)

    # --- battery and fence -------------------------------------------------------------------------------------------

    def _watch_battery(self) -> None:
        config = self._craft.config
        left = read_charge_left(self._craft.state, self._craft.parameters)
        level = 2 if left < config.battery_critical else 1 if left < config.battery_low else 0
        if level <= self._battery:
            return
        self._battery = level
        self._acting.add("battery")
        if level == 2:
            self._react("Battery critical", config.battery_critical_action, Severity.CRITICAL)
        else:
            self._react("Battery low", config.battery_low_action)

    def _watch_fence(self) -> None:
        if not self._craft.config.fence and not self._fence.broken:
            return
        if self._fence.watch(self._craft.config, self._craft.place()):
            self._react(f"Fence breached ({self._fence.broken})", self._craft.config.fence_action)
        if self._fence.broken:
            self._acting.add("fence")
        else:
            self._acting.discard("fence")

    # --- acting ------------------------------------------------------------------------------------------------------

    def _note(self, name: str, troubled: bool, text: str, over: str) -> None:
        if troubled and name not in self._acting:
            self._acting.add(name)
            self._say(text)
        elif not troubled and name in self._acting:
            self._acting.discard(name)
            self._say(over)

    def _react(self, what: str, action: str, severity: Severity = Severity.WARNING) -> None:
        """Say `what` has happened and do `action`, unless the drone already does that or more."""
        mode = self._modes.mode
        if action != "none" and not self._craft.knows_position:
            action = "land"
        if mode is Mode.LAND or (mode is Mode.RTL and action != "land"):
            self._say(f"{what}: {mode.name} goes on", severity)
        elif action == "none":
            self._say(f"{what}: no action", severity)
        else:
            self._say(f"{what}: {action.upper()}", severity)
            self._modes.enter(Mode[action.upper()])

    def _stop(self) -> None:
        self._craft.stop_motors()
        self._modes.mission.end()

    def _say(self, text: str, severity: Severity = Severity.WARNING) -> None:
        self._craft.say(severity, text)
