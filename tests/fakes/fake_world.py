"""A world without physics, for tests: time jumps to the next due event."""

from harness.timing import Schedule, run_for


class FakeWorld:
    """Obeys the World protocol; `moving`, when there is something, is advanced with it."""

    def __init__(self, start=0.0):
        self.time, self.schedule, self.moving = start, Schedule(), None

    def now(self):
        return self.time

    def advance(self, until):
        time = max(self.time, min(until, self.schedule.next_time()))
        if self.moving is not None:
            self.moving.advance(time)
        self.time = time
        self.schedule.run_due(time)
        return time

    def run(self, seconds):
        run_for(self, seconds)
