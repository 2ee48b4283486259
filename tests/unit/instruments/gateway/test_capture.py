import math
import struct

import pytest

from harness.errors import RigError
from harness.instruments.gateway import EPOCH, Capture


def test_every_frame_is_written_with_its_time(bench):
    capture, end = Capture(bench.wire, bench), bench.wire.attach()
    end.send(b"before")
    capture.start()
    bench.run(1.5)
    end.send(b"during")
    capture.stop()
    end.send(b"after")
    data = capture.read_pcap()
    assert struct.unpack("<IHHiIII", data[:24]) == (0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
    assert struct.unpack("<IIII", data[24:40]) == (EPOCH + 1, 500000, 6, 6) and data[40:] == b"during"
    assert (capture.captured, capture.lost, capture.started_at) == (1, 0, 0.0)
    capture.assert_complete(power_on=0.0)


def test_a_capture_that_was_never_started_is_no_proof(bench):
    with pytest.raises(RigError, match="never started"):
        Capture(bench.wire, bench).assert_complete(power_on=0.0)


def test_a_capture_started_after_power_on_is_no_proof(bench):
    capture = Capture(bench.wire, bench)
    bench.run(5.0)
    capture.start()
    capture.assert_complete(power_on=5.0)
    with pytest.raises(RigError, match=r"started 0\.500 s after power-on"):
        capture.assert_complete(power_on=4.5)


def test_fault_late_misses_the_first_minute_and_is_found_out(bench):
    capture, end = Capture(bench.wire, bench, fault="late"), bench.wire.attach()
    capture.start()
    for _ in range(3):
        end.send(b"frame")
        bench.run(30.0)
    assert capture.captured == 1
    with pytest.raises(RigError, match=r"started 60\.000 s after power-on"):
        capture.assert_complete(power_on=0.0)


def test_fault_lossy_counts_what_it_lost_and_is_found_out(bench):
    capture, end = Capture(bench.wire, bench, fault="lossy"), bench.wire.attach()
    capture.start()
    for _ in range(100):
        end.send(b"frame")
    assert (capture.captured, capture.lost) == (95, 5)
    with pytest.raises(RigError, match="lost 5 of 100 frames"):
        capture.assert_complete(power_on=0.0)


def test_a_flood_is_counted_as_lost_not_held_in_memory(bench, monkeypatch):
    monkeypatch.setattr("harness.instruments.gateway.capture._MEMORY", 1000)
    capture, end = Capture(bench.wire, bench), bench.wire.attach()
    capture.start()
    for _ in range(100):
        end.send(bytes(84))
    assert (capture.captured, capture.lost) == (10, 90)


def test_asleep_it_writes_nothing_after_an_hour_and_counts_nothing(bench):
    capture = Capture(bench.wire, bench, "asleep")
    capture.start()
    end = bench.wire.attach()
    for _ in range(4):
        end.send(bytes(84))
        bench.run(1800.0)
    assert (capture.captured, capture.lost) == (3, 0)


def test_an_unknown_fault_is_refused(bench):
    with pytest.raises(RigError, match="known are late, lossy, asleep"):
        Capture(bench.wire, bench, fault="dozing")


def test_a_frame_before_power_on_says_that_the_article_was_not_off(bench):
    capture, end = Capture(bench.wire, bench), bench.wire.attach()
    capture.start()
    capture.assert_begun(power_on=0.0)
    bench.run(1.0)
    end.send(b"frame")
    assert capture.first == 1.0
    capture.assert_begun(power_on=1.0)
    with pytest.raises(
        RigError, match=r"a frame came 0\.500 s before power-on \(1\.500 s, test clock\): the article was not"
    ):
        capture.assert_begun(power_on=1.5)


def test_a_power_on_at_a_time_that_nobody_knows_proves_nothing(bench):
    capture = Capture(bench.wire, bench)
    capture.start()
    with pytest.raises(RigError, match=r"nobody knows when the article was powered on, .*: add \[roles\.relay\]"):
        capture.assert_complete(power_on=-math.inf)
