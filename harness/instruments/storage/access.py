"""What a unit gives before a login, and what a power cut leaves (DAR-05, DAR-10)."""

import random

from harness.errors import MaterialError, VehicleError
from harness.instruments.context import Context
from harness.instruments.figures import AccessFigures, PullFigures
from harness.instruments.storage.files import FileClient
from harness.instruments.storage.places import Places, count
from harness.instruments.storage.unit import BOOT_TIME, MAIN, Unit
from harness.judgement import Count
from harness.storage.scan import scan
from harness.storage.search.canary import CanarySet
from harness.timing import run_for
from harness.vehicle.vehicle import Vehicle

WRONG_CODE = "not the operator's code"
GUESS_PERIOD, HOUR = 0.1, 3600.0
# how long a unit may take to look at a login after a wrong one, s
LONGEST_DELAY = 60.0


def ask_without_credential(unit: Unit, context: Context, *, guessing: float) -> AccessFigures:
    """Cut the power after a recording, ask for it over every link before a login, guess for `guessing` s, log in.

    Raises:
        RigError: the right code does not open the storage, or the recording is not in it: a refusal shows nothing; or
            codes were entered more slowly than the unit is declared to let them be.
    """
    vehicle = unit.connect()
    unit.photograph(vehicle)
    run_for(unit.world, 1.0)
    unit.world.power_off()
    unit.world.power_on()
    unit.world.power_cut()
    clients = [FileClient(unit.connect(radio=radio)) for radio in (False, True)]
    answered = [answer for client in clients for answer in client.ask_everything()]
    rate = _guess(unit, context, guessing)
    _log_in_patiently(unit)
    photo = b"".join(clients[0].read(path) for path in clients[0].list_photos()[-1:])
    twin = [answer for client in clients for answer in client.ask_everything()]
    detail = f"after the login {sum(twin)} of {len(twin)} requests were answered"
    context.check("twin.opens", all(twin) and unit.canary.encode() in photo, f"{detail}, the photo among them")
    context.log.note(f"{sum(answered)} of {len(answered)} requests were answered before the login")
    accesses = Count(events=sum(answered), trials=len(answered))
    return AccessFigures(unauthenticated_accesses=accesses, guess_rate=rate)


def _guess(unit: Unit, context: Context, window: float) -> float:
    """Wrong logins that are evaluated, in an hour at that pace."""
    begin, evaluated, tried = unit.world.now(), 0, 0
    while unit.world.now() < begin + window:
        evaluated += unit.maintenance.log_in(WRONG_CODE) != "not evaluated"
        tried += 1
        run_for(unit.world, GUESS_PERIOD)
    pace, declared = tried / window * HOUR, context.declaration.storage.guess_rate or 0.0
    detail = f"{tried} wrong codes in {window:g} s, {evaluated} of them evaluated; declared are {declared:g} in an hour"
    # who enters them more slowly than that slows them down, and the unit need not
    context.check("guess.pace", pace > declared, detail)
    return evaluated / window * HOUR


def _log_in_patiently(unit: Unit) -> None:
    end, code = unit.world.now() + LONGEST_DELAY, unit.maintenance.read_code()
    while code and unit.maintenance.log_in(code) == "not evaluated" and unit.world.now() < end:
        run_for(unit.world, GUESS_PERIOD)


class PowerPulls:
    """Pulls the power of a unit while it records, again and again."""

    def __init__(self, unit: Unit, places: Places, context: Context, canaries: CanarySet) -> None:
        self._unit, self._places, self._context, self._canaries = unit, places, context, canaries
        self._rng = random.Random(context.seed)

    def pull(self, times: int, *, longest: float) -> PullFigures:
        """Pull the power `times` times, each within `longest` s of arming on the ground; search and open after each.

        Raises:
            RigError: what was recorded before the first pull is not in the image.
        """
        self._unit.record()
        hits = failed = recorded = 0
        for _ in range(times):
            recorded += self._record_and_cut(self._rng.uniform(0.5, longest))
            hits += self._search()
            failed += not self._opens()
        self._context.check("pull.recording", recorded > 0, f"{recorded} of {times} pulls hit a unit that recorded")
        return PullFigures(canary_hits=float(hits), failed_mounts=Count(events=failed, trials=times))

    def _record_and_cut(self, after: float) -> bool:
        """Whether it recorded when the power went."""
        vehicle = self._unit.connect()
        recording = self._unit.log_in() and self._begin(vehicle)
        run_for(self._unit.world, after)
        self._unit.world.power_cut()
        return recording

    def _begin(self, vehicle: Vehicle) -> bool:
        vehicle.wait_ready_to_arm()
        vehicle.set_mode("GUIDED")
        vehicle.arm()
        try:
            self._unit.take_photo(vehicle)
        except VehicleError:
            return False
        return True

    def _search(self) -> int:
        report = scan(self._unit.read(self._unit.media[MAIN]), self._canaries)
        self._context.check("search.complete", report.complete, ", ".join(report.cut_short) or "all of the main medium")
        beside = count(self._places.search(), "canary", "coordinate")
        return report.count("canary") + report.count("coordinate") + beside

    def _opens(self) -> bool:
        """Whether bench and unit both open what is left, with what was recorded before the first pull."""
        try:
            recording = self._unit.open_quietly()
        except MaterialError:
            return False
        if self._unit.canary.encode() not in recording.plaintext:
            return False
        self._unit.connect()
        opened = self._unit.log_in()
        run_for(self._unit.world, BOOT_TIME)
        self._unit.world.power_off()
        return opened
