import random

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.network.resolver import Resolver, decode_answer, encode_query
from harness.instruments.gateway.answers import answer_dns

QUERY = encode_query("update.example-drone.jp", 0x1234)


def resolver(bench, host, server="10.77.0.1"):
    return Resolver(host, server, bench, bench.schedule, random.Random(5))


def test_an_answer_gives_address_and_life():
    assert decode_answer(QUERY, answer_dns(QUERY, lambda name: "192.0.2.10")) == ("192.0.2.10", 3600)


def test_an_answer_to_something_else_gives_nothing():
    other = encode_query("update.example-drone.com", 0x1234)
    for query in (other, encode_query("update.example-drone.jp", 0x1235)):
        assert decode_answer(QUERY, answer_dns(query, lambda name: "192.0.2.10")) is None


def test_a_refusal_gives_nothing():
    answer = bytearray(answer_dns(QUERY, lambda name: "192.0.2.10"))
    answer[3] |= 3
    assert decode_answer(QUERY, bytes(answer)) is None


@given(st.binary(max_size=80), st.integers(0, 40))
@settings(max_examples=150)
def test_no_bytes_crash_the_parser(data, keep):
    answer = answer_dns(QUERY, lambda name: "192.0.2.10")
    decode_answer(QUERY, data)
    decode_answer(QUERY, answer[: len(QUERY) + keep] + data)


def test_a_name_is_asked_for_once_and_then_kept(bench):
    found = []
    stub = resolver(bench, bench.host())
    stub.resolve("update.example-drone.jp", found.append)
    bench.run(1.0)
    stub.resolve("update.example-drone.jp", found.append)
    assert found == ["192.0.2.10"] * 2
    assert sum(port == 53 for _, _, _, _, port, _ in bench.datagrams()) == 1
    bench.run(3601.0)
    stub.resolve("update.example-drone.jp", found.append)
    bench.run(1.0)
    assert sum(port == 53 for _, _, _, _, port, _ in bench.datagrams()) == 2


def test_a_dead_resolver_gives_nothing_after_five_seconds(bench):
    found = []
    resolver(bench, bench.host(), server="10.77.0.99").resolve("update.example-drone.jp", found.append)
    bench.run(4.9)
    assert found == []
    bench.run(0.2)
    assert found == [""]
