import random

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.network.decode import ACK, SYN, Frame
from harness.network.flows import HEAD_LIMIT, group_flows, read_stream

US, THEM = "10.0.0.2", "192.0.2.1"


def frame(number, ours=True, **changes):
    ends = (US, THEM) if ours else (THEM, US)
    ports = (5000, 443) if ours else (443, 5000)
    base = {"source": ends[0], "destination": ends[1], "source_port": ports[0], "destination_port": ports[1]}
    return Frame(number=number, time=float(number), size=60, **({"protocol": "udp"} | base | changes))


def group(*frames):
    return group_flows(frames, lambda one: one.source == US)


def test_both_directions_are_one_flow_begun_by_the_first():
    (flow,) = group(frame(1), frame(2, ours=False), frame(3))
    assert flow.by_article and flow.initiator == (US, 5000) and flow.responder == (THEM, 443)
    assert [one.number for one in flow.sent] == [1, 3] and flow.bytes_sent == 120 and flow.bytes_received == 60
    (flow,) = group(frame(1, ours=False), frame(2))
    assert not flow.by_article and flow.initiator == (THEM, 443) and flow.first.number == 2


def test_a_flow_in_which_the_article_says_nothing_is_none():
    assert group(frame(1, ours=False)) == []


def test_tcp_seen_from_its_middle_counts_as_begun_by_the_article():
    (flow,) = group(frame(1, ours=False, protocol="tcp", kind=ACK), frame(2, protocol="tcp", kind=ACK))
    assert flow.by_article and flow.initiator == (US, 5000)
    (flow,) = group(frame(1, ours=False, protocol="tcp", kind=SYN), frame(2, protocol="tcp", kind=SYN | ACK))
    assert not flow.by_article


def test_a_new_syn_is_a_new_flow_and_a_repeated_one_is_not():
    syn = {"protocol": "tcp", "kind": SYN}
    again = frame(2, sequence=7, **syn)
    flows = group(frame(1, sequence=7, **syn), again, frame(3, sequence=8, **syn), frame(4, protocol="tcp", kind=ACK))
    assert [(flow.first.number, flow.packets_sent) for flow in flows] == [(1, 2), (3, 2)]


def test_an_inbound_flow_cannot_be_taken_over_by_a_syn_of_the_article():
    flows = group(
        frame(1, ours=False, protocol="tcp", kind=SYN, sequence=5), frame(2, protocol="tcp", kind=SYN, sequence=6)
    )
    assert [flow.by_article for flow in flows] == [True]


def test_ports_protocols_and_cards_keep_flows_apart():
    cards = {"source": "", "destination": "", "source_mac": b"\2" * 6, "destination_mac": b"\3" * 6}
    frames = [frame(1), frame(2, source_port=5001), frame(3, protocol="tcp", kind=SYN)]
    frames += [frame(4, protocol="icmp", kind=3, source_port=0, destination_port=0)]
    frames += [frame(5, protocol="icmp", kind=8, source_port=9, destination_port=9)]
    assert len(group(*frames)) == 5
    (flow,) = group_flows([frame(6, protocol="arp", **cards)], lambda one: True)
    assert flow.initiator[0] == "02:02:02:02:02:02"


@given(st.binary(min_size=1, max_size=4000), st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_a_stream_in_any_order_with_repeats_reads_as_it_was_sent(data, start, rng):
    frames = [frame(0, protocol="tcp", kind=SYN, sequence=start)]
    pieces = [(place, data[place : place + rng.randint(1, 900)]) for place in range(0, len(data), 300)]
    pieces += [(place, data[place : place + 300]) for place in range(0, len(data), 300)]
    rng.shuffle(pieces)
    for place, piece in pieces:
        frames.append(frame(1, protocol="tcp", kind=ACK, sequence=(start + 1 + place) % 2**32, payload=piece))
    assert read_stream(frames) == (data, False)


def test_a_gap_ends_the_stream_and_a_contradiction_is_told():
    def piece(sequence, data):
        return frame(1, protocol="tcp", kind=ACK, sequence=sequence, payload=data)

    assert read_stream([piece(10, b"abc"), piece(14, b"later")]) == (b"abc", False)
    assert read_stream([piece(10, b"abc"), piece(10, b"abX")])[1]
    assert read_stream([]) == (b"", False)


def test_a_long_stream_is_read_to_the_limit_only():
    rng, places = random.Random(1), range(0, 90000, 1000)
    frames = [frame(1, protocol="tcp", kind=ACK, sequence=place, payload=rng.randbytes(1000)) for place in places]
    assert len(read_stream(frames)[0]) == HEAD_LIMIT
