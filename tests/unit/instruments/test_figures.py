import pytest

from harness.errors import NotShown
from harness.instruments.figures import Orders, ServiceFigures, Tally
from harness.judgement import Count


def test_a_tally_counts_and_never_more_than_there_were_trials():
    tally = Tally()
    assert tally.of("abc") == Count(events=0, trials=3)
    for answer in ("ack", "value"):
        tally.add(answer)
    assert tally.of("abc") == Count(events=2, trials=3)
    assert tally.of("a") == Count(events=1, trials=1)


def test_repetition_is_told_only_where_it_can_be_seen():
    seen = Count(events=1, trials=10)
    assert Orders(missed=seen, seen_repeated=seen).repeated == seen
    with pytest.raises(NotShown, match="obeyed twice"):
        _ = Orders(missed=seen, seen_repeated=None).repeated


def test_a_zero_of_resolvers_means_nothing_where_some_may_be_hidden():
    seen = {"unknown_time_servers": 0, "suspect_queries": 0, "undeclared_ipv6_flows": 0, "icmp_payload_bytes": 0}
    assert ServiceFigures(seen_resolvers=0, **seen).unknown_resolvers == 0
    assert ServiceFigures(seen_resolvers=2, **seen, hidden="9 bytes were encrypted").unknown_resolvers == 2
    with pytest.raises(NotShown, match="9 bytes were encrypted"):
        _ = ServiceFigures(seen_resolvers=0, **seen, hidden="9 bytes were encrypted").unknown_resolvers
