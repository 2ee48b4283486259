import hashlib
import math
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.catalogue.declaration import load_declaration
from harness.errors import RigError, UsageError
from harness.instruments.gateway import Authority, Gateway
from harness.plant.commanded import commanded_series
from harness.plant.weather import Turbulence
from harness.targets.embedded.embedded import EmbeddedTarget
from harness.timing import run_for
from harness.vehicle.codec import Identity
from harness.vehicle.vehicle import Vehicle

NAMES = {"update.dronecert.example": "198.51.100.10", "telemetry.dronecert.example": "198.51.100.11"}
ARTICLE = Path(__file__).parents[4] / "rigs" / "articles" / "embedded.toml"


@pytest.fixture(scope="session")
def target():
    """What does not test storage is faster without encryption."""
    return EmbeddedTarget(defects=("plaintext-log",))


@pytest.fixture
def world(target):
    world = target.new_world(1)
    yield world
    world.power_off()


def client(world):
    return Vehicle(world.sockets.radio.ground, world, Identity(key=world.sockets.radio_key))


# -- time


@given(
    due=st.lists(st.floats(0.0, 3.0), max_size=5),
    asked=st.lists(st.floats(-1.0, 4.0), min_size=1, max_size=12),
    powered=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_time_never_goes_back_and_stops_at_what_is_due(target, due, asked, powered):
    world, ran = target.new_world(1), []
    if powered:
        world.power_on()
    for time in due:
        world.schedule.at(time, lambda time=time: ran.append((time, world.now())))
    for until in asked:
        before, following = world.now(), world.schedule.next_time()
        now = world.advance(until)
        assert now == world.now() == max(before, min(until, following))
        # what is due has run, in its time and in order
        assert world.schedule.next_time() > now
    assert ran == sorted(ran)
    assert all(time == when for time, when in ran if time >= 0.0)
    assert [time for time, _ in ran] == sorted(time for time in due if time <= world.now())


def test_what_falls_due_on_the_way_runs_with_the_drone_flown_there(world):
    world.power_on()
    seen = []
    world.schedule.at(1.0, lambda: seen.append((world.now(), world.sockets.truth().motion.time)))
    while world.now() < 1.0:
        world.advance(5.0)
    assert seen == [(1.0, 1.0)]


@pytest.mark.parametrize("until", [math.nan, math.inf])
def test_time_that_is_no_number_is_refused(world, until):
    with pytest.raises(RigError, match="give a finite time"):
        world.advance(until)
    assert world.now() == 0.0


def test_time_passes_without_power_too(world):
    assert world.advance(10.0) == 10.0


# -- the same and another


def flown(target, seed):
    """Take off in wind, with orders over the radio; the true states on the way."""
    world = target.new_world(seed)
    world.power_on()
    pilot, states = client(world), []
    stop = world.schedule.every(0.5, lambda: states.append(world.sockets.truth()), start=0.5)
    pilot.connect()
    pilot.wait_ready_to_arm()
    with pilot.hovering(3.0):
        world.sockets.air.set_wind(3.0, 0.0)
        world.sockets.air.add_gust(start=world.now() + 1.0, duration=1.0, north=0.0, east=4.0)
        run_for(world, 3.0)
    stop()
    world.power_off()
    return states


def test_the_same_seed_and_orders_fly_the_same_and_others_do_not(target):
    first = flown(target, 5)
    assert first == flown(target, 5)
    assert max(state.wind_east for state in first) == pytest.approx(4.0, abs=0.5)
    assert max(state.wind_north for state in first) == 3.0
    assert flown(target, 6) != first


def test_turbulence_at_the_aircraft_is_the_one_that_its_seed_commands(target):
    turbulence, readings = Turbulence(seed=5, w20=8.0, height=10.0), []
    for seed in (1, 2):
        world = target.new_world(seed)
        world.power_on()
        air = world.sockets.air
        air.set_wind(6.0, 0.0)
        air.set_turbulence(turbulence)
        run_for(world, 2.0)
        readings.append(air.read_wind())
        world.power_off()
    commanded = commanded_series(turbulence, frames=800, wind=6.0)
    assert readings[0].along == readings[1].along == tuple(commanded[-1])
    assert readings[0].mean == (6.0, 0.0, 0.0)


def test_each_world_has_a_unit_fresh_from_the_factory(target):
    first, second = target.new_world(1).sockets, target.new_world(1).sockets
    assert first.radio_key != second.radio_key
    assert first.medium() == bytes(first.medium_size)


def test_nothing_of_a_case_is_left_for_the_next(target):
    world = target.new_world(1)
    world.sockets.scene("a secret place")
    world.power_on()
    run_for(world, 1.0)
    world.power_off()
    blank = bytes(world.sockets.medium_size)
    assert world.sockets.medium() != blank
    assert target.new_world(1).sockets.medium() == blank


# -- power


@pytest.mark.parametrize(
    "use",
    [
        lambda sockets: sockets.truth(),
        lambda sockets: sockets.air.set_wind(1.0, 0.0),
        lambda sockets: sockets.air.add_gust(start=1.0, duration=1.0, north=1.0, east=0.0),
        lambda sockets: sockets.air.add_operating_gust(start=1.0, duration=1.0, north=1.0, east=0.0),
        lambda sockets: sockets.air.set_direction_change(start=1.0, duration=1.0, angle=0.1),
        lambda sockets: sockets.air.set_swing(0.1, 10.0),
        lambda sockets: sockets.air.set_profile(None),
        lambda sockets: sockets.air.set_shear(0.0, 0.01),
        lambda sockets: sockets.air.set_turbulence(None),
        lambda sockets: sockets.air.read_wind(),
    ],
    ids=["truth", "wind", "gust", "operating", "direction", "swing", "profile", "shear", "turbulence", "reading"],
)
def test_without_power_nothing_of_a_flight_can_be_seen(world, use):
    for deed in (lambda: None, world.power_on, world.power_off):
        deed()
        if deed == world.power_on:
            use(world.sockets)
        else:
            with pytest.raises(RigError, match="no power"):
                use(world.sockets)


def test_power_off_without_power_does_nothing(world):
    world.power_off()
    world.power_on()
    world.power_off()
    world.power_off()


def heartbeats(world, seconds):
    """How often the drone beats on its trusted port."""
    heard, began = Vehicle(world.sockets.usb.ground, world), []
    heard.telemetry.subscribe("HEARTBEAT", began.append)
    run_for(world, seconds)
    return len(began)


def test_power_on_with_power_does_nothing(world):
    world.power_on()
    run_for(world, 2.0)
    state = world.sockets.truth()
    world.power_on()
    assert world.sockets.truth() == state
    # two drones in one airframe would beat twice as often
    assert 9 <= heartbeats(world, 10.0) <= 11


def test_a_drone_without_power_is_silent_and_one_that_is_on_again_is_not(world):
    world.power_on()
    run_for(world, 3.0)
    world.power_off()
    run_for(world, 0.1)
    assert heartbeats(world, 5.0) == 0
    world.power_on()
    assert world.sockets.truth().motion.time == world.now() == 8.1
    assert heartbeats(world, 5.0) >= 5


def test_a_cable_that_was_laid_carries_telemetry_to_whoever_listens(world):
    world.power_on()
    heard = {radio: [] for radio in (False, True)}
    for radio, pieces in heard.items():
        world.lay_cable(radio=radio).ground.listen(pieces.append)
    run_for(world, 1.0)
    # the first byte of MAVLink 2, and the flag of a signed frame
    assert {radio: pieces[0][0:3:2] for radio, pieces in heard.items()} == {False: b"\xfd\x00", True: b"\xfd\x01"}


def test_a_cable_needs_a_drone_with_power(world):
    with pytest.raises(RigError, match="no power"):
        world.lay_cable(radio=False)


def test_a_medium_is_read_without_power_only(world):
    assert len(world.sockets.medium()) == world.sockets.medium_size
    world.power_on()
    with pytest.raises(RigError, match="switch the article off first"):
        world.sockets.medium()
    world.power_off()
    assert len(world.sockets.medium()) == world.sockets.medium_size


# -- sockets


def frames(world):
    seen = []
    world.sockets.wire.tap(lambda time, frame: seen.append(frame))
    world.power_on()
    run_for(world, 6.0)
    return seen


def test_a_drone_that_trusts_an_authority_uses_its_network_and_another_stays_off_it(target, world):
    world.sockets.trust(Authority().trust_root)
    assert frames(world)
    other = target.new_world(1)
    assert frames(other) == []
    other.power_off()


def test_each_boot_calls_from_ports_of_its_own_so_that_a_server_answers_again(world):
    authority, sessions = Authority(), []
    world.sockets.trust(authority.trust_root)
    gateway = Gateway(world.sockets.wire.attach(), world, NAMES, authority, random.Random(1))
    for _ in range(3):
        world.power_on()
        run_for(world, 2.0)
        world.power_off()
        sessions.append(sum(bool(session.requests) for session in gateway.sessions))
    assert sessions == [2, 4, 6]


def test_what_is_printed_on_a_unit_and_what_it_keeps_secret_is_its_own():
    units = [EmbeddedTarget().new_world(1), EmbeddedTarget().new_world(1)]
    for unit in units:
        unit.power_on()
    labels = [unit.sockets.label() for unit in units]
    assert labels[0]["serial"] != labels[1]["serial"] and labels[0]["model"] == labels[1]["model"]
    first, second = (unit.sockets.secrets() for unit in units)
    assert all(first.values()) and not set(first.values()) & set(second.values())
    for unit in units:
        unit.power_off()


def test_the_firmware_is_the_declared_release():
    target = EmbeddedTarget()
    sockets = target.new_world(1).sockets
    (release,) = load_declaration(ARTICLE).supply.images
    image = sockets.firmware()
    assert len(image) == sockets.firmware_size
    assert hashlib.sha256(image).hexdigest() == release.sha256 == target.identity()["firmware_sha256"]
    assert sockets.version() == release.version == target.identity()["firmware_version"]
    assert target.identity()["firmware_obtained"] == "dumped"


def test_a_changed_firmware_shows_in_the_identity():
    assert EmbeddedTarget(defects=("firmware-changed",)).identity() != EmbeddedTarget().identity()


def test_the_credential_is_there_once_the_unit_was_provisioned():
    world = EmbeddedTarget().new_world(1)
    assert world.sockets.credential() == ""
    world.power_on()
    assert len(world.sockets.credential()) >= 16
    world.power_off()
    assert len(world.sockets.credential()) >= 16


def test_a_defect_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="there is no defect 'no-such'"):
        EmbeddedTarget(defects=("no-such",))
    EmbeddedTarget().close()


# -- units


def test_a_power_cut_takes_the_power_and_another_unit_has_secrets_of_its_own(world):
    world.power_cut()
    world.power_on()
    world.power_cut()
    with pytest.raises(RigError, match="no power"):
        world.sockets.truth()
    other = world.another()
    assert other.sockets.radio_key != world.sockets.radio_key
    assert not any(other.sockets.medium())


def test_every_medium_is_read_and_written_back_without_power_only(world):
    for medium in world.sockets.media:
        image = medium.read()
        assert len(image) == medium.size
        medium.write(image)
    world.power_on()
    for medium in world.sockets.media[:-1]:
        for use in (medium.read, lambda medium=medium: medium.write(b"")):
            with pytest.raises(RigError, match="switch the article off first"):
                use()


def test_the_operator_logs_in_with_the_code_and_erases():
    world = EmbeddedTarget(defects=("weak-kdf",)).new_world(1)
    world.power_on()
    service, credential = world.sockets.maintenance, world.sockets.credential()
    code = service.read_code()
    assert credential in service.retained_secrets(code)
    world.power_off()
    world.power_on()
    assert [service.log_in("wrong"), service.log_in(code)] == ["refused", "not evaluated"]
    run_for(world, 2.0)
    assert service.log_in(code) == "opened"
    service.erase()
    assert credential not in service.retained_secrets(code) and service.read_code() == ""
    world.power_off()
