"""A case with a board in hardware-in-the-loop: a scripted one, over terminals, in real time."""

import time

import pytest
from fake_bench import Peer, Terminal
from fake_board import FakeBoard
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.errors import RigError
from harness.link.place import Place
from harness.targets.hitl import world as world_module
from harness.targets.hitl.link import HilOptions
from harness.targets.hitl.monitor import LinkLimits
from harness.targets.hitl.world import Board, HitlWorld
from harness.timing import Wait, run_for, wait_until

DISARM, REBOOT = mavlink.MAV_CMD_COMPONENT_ARM_DISARM, mavlink.MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN
# a busy machine is slow; what the limits find is shown with a clock of its own
EASY = LinkLimits(sensor_rate=1.0, actuator_rate=1.0, longest_gap=2.0, round_trip=5.0, waiting=1_000_000)


@pytest.fixture
def lay(monkeypatch):
    monkeypatch.setattr(world_module, "SETTLE", 0.5)
    monkeypatch.setattr(world_module, "ANSWER_WITHIN", 1.5)
    made = []

    def make(limits=EASY, radio=False, baud=921600, boot=3.0, **board):
        terminals = [Terminal(), *([Terminal()] if radio else [])]
        fakes = [FakeBoard(terminal) for terminal in terminals]
        places = [Place(kind="serial", where=terminal.device, baud=baud) for terminal in terminals]
        options = HilOptions(sensor_rate=200.0, above_sea=40.0, limits=limits)
        settings = {"firmware": "", "restart": False, "parameters": {}, "key": None, **board}
        world = HitlWorld(
            Board(place=places[0], radio=places[1] if radio else None, boot=boot, options=options, **settings), 1
        )
        made.append((world, terminals, fakes))
        return world, terminals, fakes

    yield make
    for world, terminals, fakes in made:
        world.close()
        for fake in fakes:
            fake.stop()
        for terminal in terminals:
            terminal.pull()


def start(fakes, **habits):
    for fake in fakes:
        for name, value in habits.items():
            setattr(fake, name, value)
        fake.start()
    return fakes[0]


def test_a_board_is_checked_flown_and_its_link_is_noted(lay):
    world, _, fakes = lay(parameters={"SYS_AUTOSTART": 1001.0})
    board = start(fakes, motors=(0.1, 0.0, 0.0, 0.0))
    world.power_on()
    wait_until(world, lambda: "HIL_GPS" in board.heard, Wait(name="satellites", within=3.0))
    # compass and barometer too
    assert board.fields & 0b1101_111_000_000 == 0b1101_111_000_000
    truth = world.sockets.truth()
    assert truth.motors == pytest.approx((0.1, 0.0, 0.0, 0.0)) and truth.on_ground
    assert world.now() - truth.motion.time < 0.5
    assert world.sockets.pack().voltage > 10.0
    world.sockets.air.set_wind(3.0, -4.0)
    run_for(world, 0.05)
    assert world.sockets.truth().wind_north == pytest.approx(3.0)
    assert not world.sockets.sky.is_dark()
    before = world.sockets.pack().used_wh
    world.sockets.load(0.5)
    assert world.sockets.pack().used_wh > before + 0.4
    world.power_off()
    assert any(note.startswith("link to the board: sensors ") for note in world.notes)
    assert any("tells a change of mode within 0." in note for note in world.notes)
    assert 0.1 <= world.sockets.telling() < 0.5
    with pytest.raises(RigError, match="no power"):
        world.sockets.truth()
    # nothing was ever ordered but streams and its version
    assert {command for command, *_ in board.orders} <= {511, 512}


REFUSED = [
    ({"SYS_HITL": 0}, {}, r"SYS_HITL 0, wanted 1: it would drive real motors"),
    ({"SYS_HITL": 0}, {"hil": False}, "SYS_HITL 0, wanted 1"),
    ({"SYS_HITL": 2}, {}, "SYS_HITL 2, wanted 1: .* or fly physics of its own"),
    ({}, {"hil": False}, "says in its heartbeat that it is not in hardware-in-the-loop"),
    ({"SYS_AUTOSTART": 4001}, {}, "keeps SYS_AUTOSTART 4001, the rig file wants 1001: set it on the board"),
]


@pytest.mark.parametrize(("parameters", "habits", "problem"), REFUSED)
def test_a_board_that_drives_motors_or_is_another_is_refused_before_anything_is_ordered(
    lay, parameters, habits, problem
):
    world, _, fakes = lay(parameters={"SYS_AUTOSTART": 1001.0}, restart=True)
    fakes[0].parameters.update(parameters)
    board = start(fakes, **habits)
    with pytest.raises(RigError, match=problem):
        world.power_on()
    assert board.orders == [] and "HIL_SENSOR" not in board.heard


def test_a_board_that_keeps_its_switch_to_itself_is_refused(lay):
    world, _, fakes = lay()
    del fakes[0].parameters["SYS_HITL"]
    start(fakes)
    with pytest.raises(RigError, match=r"does not tell its parameter SYS_HITL .* nothing is armed"):
        world.power_on()


def test_a_radio_that_leads_to_another_aircraft_is_refused(lay):
    world, _, fakes = lay(radio=True)
    start(fakes)
    fakes[1].hil = False
    with pytest.raises(RigError, match=r"\(radio\) says in its heartbeat that it is not"):
        world.power_on()


def test_a_radio_of_its_own_is_asked_for_streams_too(lay):
    world, _, fakes = lay(radio=True)
    start(fakes)
    world.power_on()
    wait_until(world, lambda: all(len(fake.orders) > 3 for fake in fakes), Wait(name="orders", within=2.0))
    # the simulation goes over the board's own port alone
    assert "HIL_SENSOR" in fakes[0].heard and "HIL_SENSOR" not in fakes[1].heard


def test_a_board_that_leaves_hardware_in_the_loop_is_disarmed_by_force_and_the_case_ends_once(lay):
    world, _, fakes = lay()
    board = start(fakes)
    world.power_on()
    board.hil = False
    with pytest.raises(RigError, match="it would drive real motors"):
        run_for(world, 2.0)
    # what tears down goes on
    run_for(world, 0.2)
    assert (DISARM, 0.0, 21196.0) in board.orders


def test_a_link_that_does_not_keep_up_makes_the_case_invalid(lay):
    strict = LinkLimits(sensor_rate=1.0, actuator_rate=1.0, longest_gap=0.4, round_trip=5.0, waiting=1_000_000)
    world, _, fakes = lay(limits=strict)
    board = start(fakes)
    world.power_on()
    board.flying = False
    with pytest.raises(RigError, match="without motor commands, 400 ms are allowed"):
        run_for(world, 3.0)
    world.power_off()


def test_a_board_that_sends_no_motor_commands_is_named_with_the_remedy(lay):
    world, _, fakes = lay(boot=1.0)
    start(fakes, flying=False)
    with pytest.raises(RigError, match=r"no HIL_ACTUATOR_CONTROLS .* must hold pwm_out_sim"):
        world.power_on()


def test_a_case_begins_with_a_new_boot_that_the_boards_own_clock_proves(lay):
    world, _, fakes = lay(restart=True)
    board = start(fakes)
    booted = board.booted
    world.power_on()
    assert (REBOOT, 1.0, 0.0) in board.orders and board.booted > booted


def test_a_port_over_usb_goes_away_with_a_boot_and_comes_again_as_another(lay, tmp_path):
    link, ends = tmp_path / "usb-PX4-if00", [Terminal(), Terminal()]
    link.symlink_to(ends[0].device)
    options = HilOptions(sensor_rate=200.0, above_sea=40.0, limits=EASY)
    settings = {"radio": None, "key": None, "boot": 5.0, "firmware": "", "restart": True, "parameters": {}}
    world = HitlWorld(Board(place=Place(kind="serial", where=str(link), baud=921600), options=options, **settings), 1)
    first, second = FakeBoard(ends[0]), FakeBoard(ends[1])

    def come_again():
        ends[0].pull()
        link.unlink()
        link.symlink_to(ends[1].device)
        second.booted = time.monotonic()
        second.start()

    first.on_boot = come_again
    first.start()
    try:
        world.power_on()
        run_for(world, 0.2)
        assert "HIL_SENSOR" in second.heard
        world.power_off()
    finally:
        world.close()
        for board in (first, second):
            board.stop()
        ends[1].pull()


def test_a_board_that_does_not_boot_anew_is_named(lay):
    world, _, fakes = lay(restart=True, boot=1.0)
    start(fakes, obedient=False)
    with pytest.raises(RigError, match="ordered to boot anew and did not in 1 s: boot it by hand and set restart"):
        world.power_on()


def test_an_armed_board_is_not_booted_anew(lay):
    world, _, fakes = lay(restart=True)
    board = start(fakes, armed=True)
    with pytest.raises(RigError, match="the board is armed: it is not booted anew"):
        world.power_on()
    assert board.orders == []


def test_a_relay_takes_the_power_instead(lay):
    world, _, fakes = lay(restart=True)
    board, orders = start(fakes), []
    world.fit_supply(type("Relay", (), {"switch": lambda self, on: orders.append(on)})())
    world.power_on()
    world.power_cut()
    assert orders == [True, False] and (REBOOT, 1.0, 0.0) not in board.orders


def test_a_pulled_cable_is_invalid_at_once(lay):
    world, terminals, fakes = lay()
    board = start(fakes)
    world.power_on()
    board.stop()
    terminals[0].pull()
    with pytest.raises(RigError, match=r"the link serial:/dev/pts/\d+@921600 broke at"):
        run_for(world, 2.0)


def test_a_silent_port_and_one_without_an_autopilot_are_told_apart(lay):
    world, _, fakes = lay(boot=0.5)
    start(fakes, talking=False)
    with pytest.raises(RigError, match="nothing is heard there: power the article"):
        world.power_on()
    other, (terminal,), _ = lay(boot=0.8)
    end = time.monotonic() + 0.3
    peer = Peer(terminal)
    peer.autopilot = mavlink.MAV_AUTOPILOT_INVALID
    with pytest.raises(RigError, match="what is there is no autopilot"):
        other.power_on()
    peer.stop()
    assert time.monotonic() > end


def test_it_says_what_the_board_says_of_itself(lay):
    world, _, fakes = lay(parameters={"SYS_AUTOSTART": 1001.0})
    start(fakes)
    told = world.identify(3.0)
    assert (told["firmware_version"], told["SYS_HITL"], told["SYS_AUTOSTART"]) == ("1.17.0", "1", "1001")
    silent, _, _ = lay()
    assert silent.identify(0.1)["heard"].startswith("no")


def test_a_thread_that_has_died_is_not_waited_for(lay):
    world, _, fakes = lay()
    start(fakes)
    world._link._metronome.stop()
    with pytest.raises(RigError, match="the thread that flies the plant has ended"):
        run_for(world, 0.5)


def test_a_port_that_is_too_slow_or_not_there_leaves_nothing_open(lay):
    with pytest.raises(RigError, match="9600 baud carry 960 bytes/s"):
        lay(baud=9600)
    nowhere = Place(kind="serial", where="/dev/ttyACM77", baud=921600)
    options = HilOptions(sensor_rate=200.0, above_sea=40.0, limits=EASY)
    settings = {"radio": None, "key": None, "boot": 1.0, "firmware": "", "restart": False, "parameters": {}}
    with pytest.raises(RigError, match="plug the cable in"):
        HitlWorld(Board(place=nowhere, options=options, **settings), 1)
