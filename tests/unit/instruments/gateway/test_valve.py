from harness.instruments.gateway.valve import BenchDate, Valve


def test_open_it_passes_both_ways_and_shut_it_counts_what_it_drops(bench):
    valve, other, inward, outward = Valve(bench.wire.attach()), bench.wire.attach(), [], []
    valve.listen(inward.append)
    other.listen(outward.append)
    other.send(b"in")
    valve.send(b"out")
    bench.run(1.0)
    assert (inward, outward, valve.dropped) == ([b"in"], [b"out"], 0)
    valve.shut = True
    other.send(b"in")
    valve.send(b"out")
    valve.send_past(b"mark")
    bench.run(1.0)
    assert (inward, outward, valve.dropped) == ([b"in"], [b"out", b"mark"], 1)


def test_without_a_receiver_what_comes_in_is_lost(bench):
    valve, other = Valve(bench.wire.attach()), bench.wire.attach()
    valve.listen(None)
    other.send(b"in")
    bench.run(1.0)
    assert valve.dropped == 0


def test_the_date_runs_ahead(bench):
    date = BenchDate(bench)
    bench.run(2.0)
    date.ahead = 10.0
    assert date.now() == 12.0
