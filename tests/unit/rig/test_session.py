from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.catalogue.declaration import load_declaration
from harness.errors import FileError, RigError, UsageError
from harness.rig import Claims, MissingRole, RigSession, load_rig, seed_for
from harness.rig.config import MEASURING_ROLES
from harness.targets.base import Sockets
from harness.timing import Schedule, run_for

ROOT = Path(__file__).parents[3]


@dataclass
class FakeWorld:
    """A world that only remembers what was done to it."""

    seed: int
    fails: bool = False
    deeds: list = field(default_factory=list)
    sockets: Sockets = field(default_factory=Sockets)
    schedule: Schedule = field(default_factory=Schedule)

    def power_on(self):
        self.deeds.append("on")
        if self.fails:
            raise RigError("no battery")

    def power_off(self):
        self.deeds.append("off")


class Bench:
    """A target of a laboratory."""

    kind, simulated = "bench", False

    def __init__(self, *, defects, port, baud=57600):
        self.defects, self.port, self.baud, self.worlds, self.closed = defects, port, baud, [], False

    def identity(self):
        return {"serial": "X-1"}

    def new_world(self, seed):
        self.worlds.append(FakeWorld(seed, fails=self.port == "loose"))
        return self.worlds[-1]

    def close(self):
        self.closed = True


@dataclass
class Probe:
    """An instrument that keeps what it was given."""

    context: object
    alive: bool = True

    def hears(self):
        return self.alive


class Broken:
    """An instrument that cannot be set up."""

    def __init__(self, context):
        raise RigError("no such port")


@pytest.fixture(scope="session")
def claims():
    folder = ROOT / "rigs" / "articles"
    return Claims(declaration=load_declaration(folder / "embedded.toml"), folder=folder)


@pytest.fixture
def bring_up(elsewhere, rig_file, claims):
    """Brings up the rig of a laboratory, with the roles of some TOML text."""
    elsewhere["dronecert.targets"]["bench"] = Bench
    elsewhere["dronecert.instruments"] |= {
        "wind.probe": Probe,
        "observer.probe": Probe,
        "storage.probe": Probe,
        "network.probe": Probe,
        "radio.broken": Broken,
    }

    def make(roles="", settings='port = "/dev/ttyUSB0"', defects=(), seed=7):
        head = 'id = "lab"\ntitle = "A bench"\narticle = "a.toml"\nallows = ["none"]\n[target]\nkind = "bench"\n'
        rig = load_rig(rig_file(f"{head}[target.settings]\n{settings}\n{roles}"))
        return RigSession(rig, claims, defects, seed)

    return make


WIND, OBSERVER = '[roles.wind]\nmake = "probe"\n', '[roles.observer]\nmake = "probe"\n'


def calibrated(due):
    return f'{WIND}[roles.wind.calibration]\ncertificate = "W-1"\ndue = {due}\nuncertainty = 0.25\n'


# -- bringing up


def test_the_target_gets_its_settings(bring_up):
    session = bring_up(settings='port = "COM3"\nbaud = 9600')
    assert (session.target.port, session.target.baud, session.target.defects) == ("COM3", 9600, ())
    session.close()
    assert session.target.closed


@pytest.mark.parametrize("settings", ["", "baud = 9600", 'port = "COM3"\nspeed = 1', 'port = "COM3"\ndefects = []'])
def test_settings_that_a_target_does_not_take_are_the_users_fault(bring_up, settings):
    with pytest.raises(FileError, match=r"target\.settings: the target bench does not take these: ") as caught:
        bring_up(settings=settings)
    assert caught.value.key == "target.settings"


def test_a_defect_is_for_the_embedded_drone_only(bring_up):
    with pytest.raises(UsageError, match="--defect seeds the embedded drone only"):
        bring_up(defects=("plaintext-log",))


def test_an_unknown_defect_is_refused(claims):
    rig = load_rig(ROOT / "rigs" / "embedded.toml")
    with pytest.raises(UsageError, match="there is no defect 'no-such'"):
        RigSession(rig, claims, ("no-such",), 1)


def test_an_expired_calibration_is_the_rigs_fault_and_the_equipment_is_named_all_the_same(bring_up):
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    session = bring_up(calibrated(yesterday))
    assert session.identity()["roles"]["wind"]["calibration"]["due"] == str(yesterday)
    with pytest.raises(RigError, match=rf"calibration of the wind role ended on {yesterday}: recalibrate it"):
        session.open_bench("a", None)
    assert session.target.worlds == []


def test_the_last_day_of_a_calibration_is_a_good_one(bring_up, monkeypatch):
    class Noon(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2030, 1, 31, 12, tzinfo=tz)

    monkeypatch.setattr("harness.rig.session.datetime", Noon)
    assert bring_up(calibrated("2030-01-31")).open_bench("a", None).world.deeds == ["on"]
    with pytest.raises(RigError, match="recalibrate"):
        bring_up(calibrated("2030-01-30")).open_bench("a", None)


def test_what_stands_on_the_bench_is_told(bring_up):
    identity = bring_up(calibrated("2130-01-31") + OBSERVER).identity()
    assert identity["target"] == {"kind": "bench", "simulated": False}
    assert identity["article"] == {"serial": "X-1"}
    assert identity["roles"]["observer"] == {"make": "probe", "simulated": False, "fault": "", "calibration": None}
    assert identity["roles"]["wind"]["calibration"] == {
        "certificate": "W-1",
        "laboratory": "",
        "due": "2130-01-31",
        "uncertainty": 0.25,
    }


# -- a bench for each case


def test_each_case_has_a_fresh_world_that_is_on(bring_up):
    session = bring_up(WIND)
    first, second = session.open_bench("a", None), session.open_bench("b", None)
    assert first.world is not second.world
    assert first.world.deeds == ["on"]
    first.close()
    assert first.world.deeds == ["on", "off"]
    assert second.world.deeds == ["on"]


def test_an_instrument_gets_what_the_rig_file_says(bring_up, claims):
    log = object()
    roles = calibrated("2130-01-31").replace("[roles.wind.c", "[roles.wind.settings]\nfans = 5\n[roles.wind.c")
    bench = bring_up(roles).open_bench("a", log)
    context = bench.role("wind").context
    assert (context.world, context.sockets, context.log) == (bench.world, bench.world.sockets, log)
    assert (context.uncertainty, context.settings, context.fault) == (0.25, {"fans": 5}, "")
    assert (context.declaration, context.documents) == (claims.declaration, claims.folder)


def test_an_instrument_without_calibration_has_no_uncertainty_of_it(bring_up):
    assert bring_up(WIND).open_bench("a", None).role("wind").context.uncertainty == 0.0


@pytest.mark.parametrize("role", MEASURING_ROLES)
def test_what_measures_a_real_article_without_a_certificate_is_invalid(bring_up, elsewhere, role):
    elsewhere["dronecert.instruments"][f"{role}.probe"] = Probe
    text = f'[roles.{role}]\nmake = "probe"\n'
    with pytest.raises(RigError, match=f"the {role} role measures without a calibration: state its asset"):
        bring_up(text).open_bench("a", None)
    calibration = f'[roles.{role}.calibration]\ncertificate = "C"\ndue = 2130-01-31\nuncertainty = 0.25\n'
    assert bring_up(text + calibration).open_bench("a", None).role(role).context.uncertainty == 0.25


def test_seeds_follow_from_names_and_never_from_order(bring_up):
    def seeds(roles, cases):
        session = bring_up(roles)
        benches = {case: session.open_bench(case, None) for case in cases}
        return {
            case: (bench.world.seed, bench.role("wind").context.seed, bench.role("observer").context.seed)
            for case, bench in benches.items()
        }

    found = seeds(WIND + OBSERVER, ["a", "b"])
    assert found == seeds(OBSERVER + WIND, ["b", "a"])
    assert len({seed for case in found.values() for seed in case}) == 6
    assert found["a"] == tuple(seed_for(7, "a", purpose) for purpose in ("target", "wind", "observer"))


def test_another_run_seed_gives_others(bring_up):
    seeds = {bring_up(seed=seed).open_bench("a", None).world.seed for seed in (1, 2, 3)}
    assert len(seeds) == 3


def test_a_role_that_the_rig_has_not_is_missing(bring_up):
    bench = bring_up(WIND).open_bench("a", None)
    with pytest.raises(MissingRole, match="no radio role on the rig lab"):
        bench.role("radio")


def test_an_instrument_that_cannot_be_set_up_leaves_the_article_off(bring_up):
    session = bring_up('[roles.radio]\nmake = "broken"\n')
    with pytest.raises(RigError, match="no such port"):
        session.open_bench("a", None)
    assert session.target.worlds[0].deeds == []


def test_an_article_that_cannot_be_powered_is_switched_off_again(bring_up):
    session = bring_up(settings='port = "loose"')
    with pytest.raises(RigError, match="no battery"):
        session.open_bench("a", None)
    assert session.target.worlds[0].deeds == ["on", "off"]


@pytest.mark.parametrize(
    ("roles", "alive", "wanted"), [(OBSERVER, True, True), (OBSERVER, False, False), (WIND, True, False)]
)
def test_only_an_observer_that_hears_is_a_witness(bring_up, roles, alive, wanted):
    bench = bring_up(roles).open_bench("a", None)
    if roles == OBSERVER:
        bench.role("observer").alive = alive
    assert bench.witnessed() is wanted


def test_the_rig_of_the_embedded_drone_is_set_up_whole(claims):
    session = RigSession(load_rig(ROOT / "rigs" / "embedded.toml"), claims, ("plaintext-log",), 7)
    bench = session.open_bench("a", None)
    for role in session.rig.roles:
        assert bench.role(role)
    assert not bench.witnessed()
    run_for(bench.world, 2.0)
    assert bench.witnessed()
    assert bench.world.sockets.truth().on_ground
    bench.close()
    with pytest.raises(RigError, match="no power"):
        bench.world.sockets.truth()
    assert set(session.identity()["article"]) >= {"firmware_sha256", "firmware_obtained"}
    session.close()


@pytest.mark.parametrize(
    ("asked", "quiet"),
    [((), False), (("wind", "case"), False), (("storage", "network", "case"), True), (("storage", "wind"), False)],
)
def test_devices_may_be_quiet_where_nobody_asks_for_the_links(bring_up, asked, quiet):
    roles = WIND + '[roles.storage]\nmake = "probe"\n[roles.network]\nmake = "probe"\n'
    bench = bring_up(roles).open_bench("a", None, asked)
    assert bench.role("wind").context.quiet is quiet
