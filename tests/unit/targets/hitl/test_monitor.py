import pytest

from harness.targets.hitl.monitor import LinkLimits, LinkMonitor

LIMITS = LinkLimits(sensor_rate=200.0, actuator_rate=100.0, longest_gap=0.05, round_trip=0.05, waiting=2000)


class Link:
    """A link on a clock of its own: sensors at 250 Hz and motor commands at `rate` Hz."""

    def __init__(self):
        self.errors, self.now = [], 0.0
        self.monitor = LinkMonitor(LIMITS, self.errors.append)
        self.monitor.watch(0.0)

    def run(self, seconds, *, sensors=250.0, actuators=200.0, waiting=0, answer=0.002):
        """Step by a millisecond; rates in Hz, 0 for none; `answer`: of a question, s; None for none."""
        for step in range(round(seconds * 1000)):
            self.now += 0.001
            if sensors and int((step + 1) * sensors / 1000) > int(step * sensors / 1000):
                self.monitor.sensors.note(self.now)
            if actuators and int((step + 1) * actuators / 1000) > int(step * actuators / 1000):
                self.monitor.actuators.note(self.now)
            if step % 100 == 0:
                token, asked = self.monitor.ask(self.now), self.now
            if answer is not None and self.now >= asked + answer:
                self.monitor.answered(token, self.now)
            self.monitor.look(self.now, waiting)
        return [str(error) for error in self.errors]


@pytest.fixture
def link():
    return Link()


def test_a_link_that_keeps_up_is_told_by_its_figures_alone(link):
    assert link.run(10.0) == []
    link.monitor.end(link.now)
    told = link.monitor.describe()
    assert "sensors 250" in told and "motor commands 200" in told
    assert "longest gap 5.0 ms" in told and "round trip 2.0 ms, at most 3.0 ms; at most 0 bytes waiting" in told


def test_motor_commands_at_a_third_of_the_rate_are_named_with_the_limit_once(link):
    (told,) = link.run(5.0, actuators=66.0)
    assert "motor commands at 66.0 Hz, at least 100 Hz are needed; use the board's USB port" in told


def test_sensors_that_were_not_sent_are_named(link):
    (told,) = link.run(3.0, sensors=150.0)
    assert "sensors at 150.0 Hz, at least 200 Hz are needed" in told


def test_a_gap_is_told_while_it_lasts(link):
    assert link.run(1.5) == []
    (told,) = link.run(0.06, actuators=0.0)
    assert "without motor commands, 50 ms are allowed" in told
    assert link.now < 1.57


def test_a_gap_between_two_looks_is_seen_behind_what_came_in_a_burst(link):
    for time in (0.002, 0.031, 0.062):
        link.monitor.sensors.note(time)
    for time in (0.002, 0.062, 0.0621, 0.0622):
        link.monitor.actuators.note(time)
    link.monitor.look(0.0623, 0)
    assert "60 ms without motor commands" in str(link.errors[0])


def test_a_long_round_trip_is_named(link):
    (told,) = link.run(2.0, answer=0.07)
    assert "a round trip of" in told and "50 ms are allowed" in told


def test_answers_that_end_are_seen_and_answers_that_never_came_are_not_judged(link):
    assert link.run(3.0, answer=None) == []
    assert "round trip not told by the board" in link.monitor.describe()
    other = Link()
    other.run(1.0)
    (told,) = other.run(1.0, answer=None)
    assert "a round trip of" in told


def test_bytes_that_wait_are_named(link):
    (told,) = link.run(1.0, waiting=2001)
    assert "2001 bytes wait at the port, 2000 are allowed" in told


def test_an_answer_that_nobody_asked_for_counts_for_nothing(link):
    link.monitor.answered(12345, 1.0)
    assert not link.monitor.trips


def test_before_and_after_the_watch_nothing_is_told(link):
    link.monitor.end(0.0)
    assert link.run(1.0, actuators=0.0, sensors=0.0) == []


def test_a_silence_up_to_the_end_is_a_gap_in_the_figures(link):
    link.run(1.0)
    link.monitor.end(1.04)
    assert "longest gap 4" in link.monitor.describe().partition("motor commands")[2]


def test_a_link_on_which_nothing_came_says_so(link):
    link.monitor.end(0.0)
    assert "sensors: none; motor commands: none" in link.monitor.describe()
