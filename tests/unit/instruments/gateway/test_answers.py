import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.instruments.gateway.answers import answer_dhcp, answer_dns, answer_ntp

QUERY = bytes.fromhex("123401000001000000000000") + b"\4Host\7example\0" + b"\0\1\0\1"


def test_dns_answers_the_address_that_is_looked_up_in_lower_case():
    asked = []
    answer = answer_dns(QUERY, lambda name: asked.append(name) or "192.0.2.7")
    assert asked == ["host.example"] and answer[:2] == QUERY[:2] and answer[-4:] == bytes((192, 0, 2, 7))


def test_dns_answers_other_types_without_a_record():
    answer = answer_dns(QUERY[:-3] + b"\x1c\0\1", lambda name: "192.0.2.7")
    assert answer[6:8] == b"\0\0" and len(answer) == len(QUERY)


def test_dns_does_not_answer_an_answer_nor_a_stump():
    assert answer_dns(QUERY[:2] + b"\x81\x80" + QUERY[4:], str) is None
    assert all(answer_dns(QUERY[:size], str) is None for size in range(len(QUERY)))


def test_ntp_echoes_the_clients_stamp_and_gives_the_time():
    answer = answer_ntp(b"\x23" + bytes(39) + b"stampstp", 1_767_225_600.5)
    assert answer[24:32] == b"stampstp" and answer[0] & 7 == 4
    seconds, fraction = struct.unpack(">II", answer[40:48])
    assert seconds == 1_767_225_600 + 2_208_988_800 and fraction == 1 << 31
    assert answer_ntp(answer, 0.0) is None and answer_ntp(b"\x23", 0.0) is None


@given(st.binary(max_size=400))
@settings(max_examples=150)
def test_no_bytes_crash_a_server(data):
    answer_dns(data, lambda name: "192.0.2.7")
    answer_dns(QUERY[:12] + data, lambda name: "192.0.2.7")
    answer_ntp(data, 0.0)
    answer_dhcp(data, "10.77.0.1", lambda mac: "10.77.0.2")
    answer_dhcp(b"\1\1\6" + bytes(233) + b"\x63\x82\x53\x63" + data, "10.77.0.1", lambda mac: "10.77.0.2")
