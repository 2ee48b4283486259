"""The real-time clock on the real wall clock: what it promises are bounds, each test takes a fraction of a second."""

import os
import threading
import time

import pytest

from harness.errors import RigError, RigTimeout, VehicleTimeout
from harness.timing import Inputs, RealTime, Wait, run_for, wait_until


@pytest.fixture
def clock():
    inputs = Inputs()
    made = RealTime(inputs)
    made.start()
    yield made
    made.stop()
    inputs.close()


def test_it_is_the_wall_clock(clock):
    began, wall = clock.now(), time.monotonic()
    run_for(clock, 0.1)
    assert 0.1 <= clock.now() - began <= time.monotonic() - wall + 1e-3


def test_what_is_due_runs_on_its_time_and_never_before(clock):
    ran, start = [], clock.now()
    clock.schedule.every(0.02, lambda: ran.append(clock.now()), start=start + 0.02)
    run_for(clock, 0.2)
    assert len(ran) in (8, 9, 10)
    assert all(time >= start + 0.02 * number for number, time in enumerate(ran, 1))


def test_what_comes_in_is_heard_while_somebody_waits(clock):
    source, drain = os.pipe()
    heard = []
    clock.inputs.watch(source, lambda: heard.append(os.read(source, 10)))
    os.write(drain, b"hello")
    wait_until(clock, lambda: bool(heard), Wait(name="bytes", within=5.0))
    assert heard == [b"hello"]
    clock.inputs.forget(source)
    os.close(source)
    os.close(drain)


def test_a_wait_has_its_deadline(clock):
    with pytest.raises(VehicleTimeout, match=r"waited 0\.\d+ s"):
        wait_until(clock, lambda: False, Wait(name="nothing", within=0.05))


def test_nothing_moves_while_the_holder_works(clock):
    ran = []
    clock.schedule.every(0.005, lambda: ran.append(1), start=clock.now())
    run_for(clock, 0.02)
    before = len(ran)
    time.sleep(0.05)
    assert len(ran) == before


def test_aside_lets_time_pass_while_the_holder_blocks(clock):
    ran = []
    clock.schedule.every(0.005, lambda: ran.append(threading.current_thread().name), start=clock.now())
    with clock.aside():
        time.sleep(0.05)
    assert len(ran) >= 2
    assert set(ran) == {"dronecert-io"}


def test_aside_on_the_io_thread_keeps_the_lock(clock):
    seen = []

    def act():
        with clock.aside():
            seen.append(clock._turn._is_owned())

    clock.schedule.at(0.0, act)
    run_for(clock, 0.03)
    assert seen == [True]


def test_a_gap_is_an_error_once_and_is_told(clock):
    clock.watch()
    time.sleep(0.3)
    with pytest.raises(RigError, match=r"a gap of 0\.\d+ s at .* too busy"):
        run_for(clock, 0.1)
    run_for(clock, 0.02)
    assert [gap.length > 0.25 for gap in clock.gaps] == [True]
    assert clock.longest > 0.25


def test_a_new_watch_begins_without_the_gaps_of_the_last(clock):
    clock.watch()
    time.sleep(0.3)
    with pytest.raises(RigError, match="a gap"):
        run_for(clock, 0.1)
    clock.watch()
    assert (clock.gaps, clock.longest) == ([], 0.0)
    run_for(clock, 0.02)
    assert clock.gaps == []


def test_a_gap_that_nobody_watches_is_none(clock):
    time.sleep(0.3)
    run_for(clock, 0.02)
    clock.watch()
    clock.forgive()
    time.sleep(0.3)
    run_for(clock, 0.02)
    assert clock.gaps == []


def test_an_error_of_a_callback_reaches_who_waits_once(clock):
    def act():
        raise RigTimeout("no answer")

    clock.schedule.at(clock.now(), act)
    with pytest.raises(RigTimeout, match="no answer"):
        run_for(clock, 0.2)
    run_for(clock, 0.02)


def test_a_fault_of_the_program_ends_the_clock_loudly(clock):
    told = []
    before, threading.excepthook = threading.excepthook, told.append
    try:
        clock.schedule.at(clock.now(), lambda: 1 / 0)
        with pytest.raises(RigError, match="the I/O thread has ended"):
            run_for(clock, 0.5)
    finally:
        threading.excepthook = before
    assert told[0].exc_type is ZeroDivisionError


def test_it_stops_and_stops_again():
    inputs = Inputs()
    made = RealTime(inputs)
    made.start()
    made.start()
    made.stop()
    made.stop()
    assert [thread for thread in threading.enumerate() if thread.name == "dronecert-io"] == []
    inputs.close()
