"""Turns of work."""

from harness.drone.mavlink.parts.pump import PERIOD, Pump, allowance


def test_work_is_done_turn_by_turn_until_there_is_none(post):
    times, left = [], [3]

    def work():
        times.append(round(post.time, 3))
        left[0] -= 1
        return left[0] > 0

    pump = Pump(work)
    pump.start(post)
    pump.kick()
    pump.kick()
    post.run(1.0)
    assert times == [0.0, PERIOD, 2 * PERIOD] and not post.waiting
    left[0] = 2
    pump.kick()
    pump.stop()
    assert len(times) == 4 and not post.waiting


def test_a_radio_bears_less(helpers):
    assert allowance(helpers.RADIO) < 576 < allowance(helpers.USB)
