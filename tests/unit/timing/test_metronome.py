import os
import time
from itertools import pairwise

import pytest

from harness.errors import RigError
from harness.timing import Inputs, Metronome


@pytest.fixture
def beating():
    made, inputs = [], Inputs()

    def make(period=0.01, beat=lambda: None, tell=lambda error: None):
        metronome = Metronome(period, inputs, beat, tell)
        made.append(metronome)
        return metronome, inputs

    yield make
    for metronome in made:
        metronome.stop()
    inputs.close()


def wait_for(condition, within=3.0):
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_it_beats_at_its_pace_until_it_is_stopped(beating):
    beats = []
    metronome, _ = beating(beat=lambda: beats.append(time.monotonic()))
    assert not metronome.running
    metronome.start()
    metronome.start()
    wait_for(lambda: len(beats) >= 20)
    assert metronome.running
    metronome.stop()
    count = len(beats)
    # no beat comes early, however late the one before was
    assert beats[-1] - beats[0] >= 0.01 * (count - 2)
    time.sleep(0.03)
    assert (len(beats), metronome.running) == (count, False)


def test_beats_that_were_missed_are_left_out(beating):
    beats = []

    def beat():
        beats.append(time.monotonic())
        if len(beats) == 2:
            time.sleep(0.2)

    metronome, _ = beating(beat=beat)
    metronome.start()
    wait_for(lambda: len(beats) >= 5)
    assert all(later - earlier > 0.001 for earlier, later in pairwise(beats[2:]))


def test_files_are_served_between_beats(beating):
    came = []
    metronome, inputs = beating(period=10.0)
    reading, writing = os.pipe()
    inputs.watch(reading, lambda: came.append(os.read(reading, 10)))
    metronome.start()
    os.write(writing, b"hello")
    wait_for(lambda: came == [b"hello"])
    inputs.forget(reading)
    os.close(reading)
    os.close(writing)


def test_it_stands_still_while_it_is_held(beating):
    beats = []
    metronome, _ = beating(beat=lambda: beats.append(1))
    metronome.start()
    wait_for(lambda: beats)
    with metronome.held():
        count = len(beats)
        time.sleep(0.05)
        assert len(beats) == count
    wait_for(lambda: len(beats) > count)


def test_an_error_is_told_and_ends_nothing(beating):
    told = []

    def beat():
        raise RigError("no more")

    metronome, _ = beating(beat=beat, tell=told.append)
    metronome.start()
    wait_for(lambda: len(told) >= 2)
    assert (str(told[0]), metronome.running) == ("no more", True)
