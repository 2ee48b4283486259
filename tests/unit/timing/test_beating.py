import time

from harness.timing import Beating


def test_it_beats_until_it_is_stopped():
    beats = []
    beating = Beating(0.02, lambda: beats.append(1))
    time.sleep(0.15)
    beating.stop()
    count = len(beats)
    assert 2 <= count <= 8
    time.sleep(0.05)
    beating.stop()
    assert len(beats) == count
