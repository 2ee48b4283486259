"""Latencies: percentiles with their uncertainty, the histogram, and samples from a real drone."""

import math
from random import Random

import pytest

from harness.errors import RigError, VehicleError
from harness.instruments.link.impair import DELAY_SLACK, build_stages
from harness.instruments.link.latency import CROWD, LEAST, Latencies, LatencyMeter
from harness.link.impair_plan import Impairment
from harness.vehicle.codec import Identity


def latencies(samples, **changes):
    values = {"command": tuple(samples), "telemetry": tuple(samples), "round_trip": tuple(samples)}
    return Latencies(**{**values, "unanswered": 0, "clock": 0.0, **changes})


def test_the_percentile_of_even_samples_and_the_bound_of_its_rank():
    figure = latencies([number / 10_000 for number in range(10_000)]).p99("command")
    assert figure.value == pytest.approx(990.0, abs=0.2)
    # two standard deviations of the rank, sqrt(n p q) of 10 000, in samples of 0.1 ms
    assert pytest.approx(0.1 * (2 * math.sqrt(10_000 * 0.99 * 0.01) + 1), abs=0.2) == figure.U


def test_equal_samples_leave_resolution_and_clock():
    taken = latencies([0.01] * LEAST, clock=0.002, ground=0.001)
    figure = taken.p99("command")
    assert figure.value == pytest.approx(10.0)
    assert pytest.approx(4.0, abs=0.01) == figure.U
    assert figure.terms["clock"] == pytest.approx(2.0)
    # a round trip is told by one clock
    assert taken.p99("round_trip").terms["clock"] == taken.longest().terms["clock"] == pytest.approx(1.0)
    assert taken.with_clock(0.005).p99("telemetry").terms["clock"] == pytest.approx(5.0)


def test_the_bound_holds_the_true_percentile_as_often_as_it_says():
    rng, truth, held = Random("coverage"), -math.log(0.01), 0
    for _ in range(400):
        figure = latencies([rng.expovariate(1.0) for _ in range(500)]).p99("command")
        held += figure.value + figure.U >= 1000 * truth
    # one-sided, so about 97.5 %; 400 binomial draws spread by 0.8 %
    assert held / 400 > 0.94


def test_too_few_samples_bound_no_percentile():
    with pytest.raises(RigError, match=f"{LEAST - 1} samples of the command latency .*: {LEAST} do"):
        latencies([0.01] * (LEAST - 1)).p99("command")


def test_the_longest_and_the_words():
    taken = latencies([0.01] * 99 + [0.5])
    assert taken.longest().value == pytest.approx(500.0)
    assert "round trip p50/p95/p99/max 10.00/10.00/14.90/500.00 ms" in taken.describe()
    assert latencies([]).describe().startswith("command: none")


def test_the_histogram_holds_all_samples():
    ((name, x, y), *_) = latencies([0.010, 0.011, 0.030, 0.030]).chart().lines
    assert name == "command"
    assert sum(y[2:-1:2]) == pytest.approx(100.0)
    assert (min(x), y[0], y[-1]) == (pytest.approx(10.0), 0.0, 0.0)
    unanswered = latencies([], round_trip=(2.0, 2.0), unanswered=2)
    assert unanswered.chart().lines[0] == ("command", (), ())


def test_the_bins_of_all_three_have_one_width():
    lines = latencies([0.01, 0.02], round_trip=(0.02, 0.14)).chart().lines
    assert {round(x[2] - x[1], 6) for _, x, _ in lines} == {round(130.0 / 60, 6)}


@pytest.fixture
def meter(scene):
    scene.world.power_on()
    client = scene.pilot()
    client.connect()
    return LatencyMeter(client, scene.world, Identity().epoch, Random(1))


def test_a_drone_on_a_bare_link_answers_in_the_link_s_own_time(meter):
    taken = meter.take(40, longest=1.0, clock=0.0)
    assert taken.unanswered == 0
    assert all(sample == pytest.approx(0.005, abs=1e-4) for sample in (*taken.command, *taken.telemetry))
    assert all(sample == pytest.approx(0.010, abs=1e-4) for sample in taken.round_trip)


def test_what_is_late_one_way_is_told_apart(meter, scene):
    late = Impairment(delay=0.3).make_stages(scene.world, scene.world.schedule, "up")
    scene.world.sockets.radio.up += late
    taken = meter.take(10, longest=2.0, clock=0.0)
    assert all(sample == pytest.approx(0.305, abs=1e-4) for sample in taken.command)
    assert all(sample == pytest.approx(0.005, abs=1e-4) for sample in taken.telemetry)


def test_a_command_without_an_answer_counts_as_the_longest(meter, scene):
    scene.world.sockets.radio.down[:] = [lambda data, forward: None]
    taken = meter.take(3, longest=0.7, clock=0.0)
    assert (taken.command, taken.round_trip, taken.unanswered) == ((), (0.7, 0.7, 0.7), 3)


def test_only_stamps_that_are_asked_for_come_meanwhile(meter, scene):
    heard = []
    meter._client.telemetry.subscribe("SYSTEM_TIME", heard.append)
    scene.run(2.5)
    assert len(heard) in (2, 3)
    scene.run(0.1)
    heard.clear()
    # each waits for its answer, so that one more would be one that nobody asked for
    assert len(meter.exchange(200, longest=1.0)) == 200
    assert len(heard) in (200, 201)
    heard.clear()
    scene.run(2.5)
    assert len(heard) >= 2


def test_an_article_that_goes_on_streaming_is_measured_all_the_same(meter, monkeypatch):
    def refuse(*values, **named):
        raise VehicleError("vehicle refused SET_MESSAGE_INTERVAL")

    monkeypatch.setattr(meter._client, "send_command", refuse)
    assert None not in meter.exchange(5, longest=1.0)


def test_a_crowd_has_to_wait_at_a_cap_and_nowhere_else(meter, scene):
    capped = Impairment(rate=5760.0)
    for stages, waits in ((Impairment(), False), (capped, True)):
        line, traffic = build_stages(stages.make_stages(scene.world, scene.world.schedule, "up"), scene.world)
        scene.world.sockets.radio.up[:] = line
        meter.crowd(1.0)
        came = [time - sent for (sent, _), times in traffic._match().items() for time in times]
        assert len(came) >= CROWD and (max(came) > DELAY_SLACK) is waits
    assert traffic.owed_wait(capped.rate) > 0.02 and traffic.faults(capped) == []
