"""What the aircraft does with a bad link."""

from harness.instruments.link.sweep import SweepPoint, count_damaged, longest_without
from harness.instruments.repeats import sum_of
from harness.instruments.story import Story
from harness.plugin.marks import requirement


@requirement(
    "RADIO-04.commands_missed",
    "RADIO-04.commands_repeated",
    "RADIO-04.longest_without_control",
    "RADIO-04.unowed_actions",
)
def test_stays_under_control(vehicle, observer, radio, truth, measure, loss):
    """Under the declared impairment every order is obeyed once and in time, and nothing happens unasked."""
    with (
        vehicle.hovering(at=loss.height),
        truth.following(vehicle.home) as story,
        observer.telling(story),
        radio.impaired(loss.values, story),
        vehicle.holding_control() as grip,
    ):
        orders = vehicle.turn(loss.orders, witness=observer.read_seen)
        unowed = observer.count_unowed(radio.read_silences(since=grip.start))
    measure("commands_missed", orders.missed)
    measure("longest_without_control", grip.longest_without())
    measure("unowed_actions", unowed)
    measure("commands_repeated", orders.repeated)


@requirement("RADIO-04.missions_damaged", "RADIO-04.longest_without_control")
def test_takes_missions_whole(vehicle, radio, measure, sweep):
    """Missions arrive whole or not at all; up to the declared loss they arrive, and control is held."""
    points = []
    for loss in sweep.losses:
        with radio.impaired({"loss": loss}, Story()) as traffic, vehicle.holding_control() as grip:
            transfers = vehicle.exchange_missions(sweep.missions, within=sweep.within)
            vehicle.linger(sweep.seconds)
        points.append(SweepPoint(loss=loss, traffic=traffic, grip=grip, transfers=transfers))
    radio.show_sweep(points)
    measure("missions_damaged", count_damaged(points, radio.declared_tolerance))
    measure("longest_without_control", longest_without(points, radio.declared_tolerance))


@requirement("RADIO-04.unowed_actions")
def test_bears_short_outages(vehicle, observer, radio, truth, measure, outages):
    """Outages shorter than the declared tolerance, or that leave the way up open, bring no action."""
    counts = []
    with vehicle.hovering(at=outages.height), truth.following(vehicle.home) as story, observer.telling(story):
        for _ in range(outages.times):
            with radio.cut(outages.direction, story) as cut:
                vehicle.linger(outages.silence)
            vehicle.linger(2.0)
            counts.append(observer.count_unowed(radio.read_silences(since=cut.last_frame)))
    measure("unowed_actions", sum_of(counts))


@requirement("RADIO-04.unowed_actions", "RADIO-04.missed_actions")
def test_acts_on_long_outages(vehicle, observer, radio, truth, measure, long_outages):
    """Outages longer than the declared time bring the declared action each time, and the pilot gets it back."""
    unowed, missed = [], []
    with vehicle.hovering(at=long_outages.height), truth.following(vehicle.home) as story, observer.telling(story):
        for _ in range(long_outages.times):
            with radio.cut(long_outages.direction, story) as cut:
                vehicle.linger(radio.outlasting(long_outages.silence))
            vehicle.retake()
            vehicle.linger(2.0)
            silences = radio.read_silences(since=cut.last_frame)
            unowed.append(observer.count_unowed(silences))
            missed.append(observer.count_missed(silences))
    measure("unowed_actions", sum_of(unowed))
    measure("missed_actions", sum_of(missed))
