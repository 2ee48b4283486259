import contextlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MaterialError
from harness.network.dns import CNAME, Names, Question, parse_message, read_name

HEAD = bytes.fromhex("123481800001000200000000")
QUESTION = b"\3API\7example\0" + b"\0\1\0\1"
ALIAS = b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 60, 6) + b"\3cdn\xc0\x10"
ADDRESS = b"\xc0\x29" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes((192, 0, 2, 9))
ANSWER = HEAD + QUESTION + ALIAS + ADDRESS


def test_names_are_lower_case_and_aliases_are_followed():
    message = parse_message(ANSWER)
    assert message.response and message.number == 0x1234 and message.surplus == 0
    assert message.questions == (Question("api.example", 1),)
    assert (message.answers[0].kind, message.answers[0].value) == (CNAME, "cdn.example")
    names = Names()
    names.learn(message, 5.0)
    assert names.resolved("api.example", "192.0.2.9", 5.0) and not names.resolved("api.example", "192.0.2.9", 4.9)
    assert not names.resolved("cdn.example", "192.0.2.9", 9.0) and names.names_of("192.0.2.9") == ("api.example",)


def test_an_address_for_a_name_that_nobody_asked_for_teaches_nothing():
    stray = b"\4evil\0" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes((203, 0, 113, 1))
    names = Names()
    names.learn(parse_message(HEAD[:7] + b"\1" + HEAD[8:] + QUESTION + stray), 0.0)
    assert names.names_of("203.0.113.1") == ()


def test_a_dot_inside_a_label_is_no_separator():
    assert read_name(b"\x0bapi.example\0", 0)[0] == "api\\046example"
    assert read_name(b"\3a\x00b\0", 0)[0] == "a\\000b"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xc0\0", "backwards"),
        (b"\1a\xc0\0", "backwards"),
        (b"\5abc", "damaged"),
        (b"\x80", "damaged"),
        (b"\x3f" + b"a" * 63 + b"\xc0\x00", "backwards"),
        ((b"\x3f" + b"a" * 63) * 4 + b"\0", "longer than 255"),
    ],
)
def test_hostile_names_are_refused(data, says):
    with pytest.raises(MaterialError, match=says):
        read_name(data, 0)


def test_a_long_way_of_pointers_is_given_up():
    # each pointer points to the one before it: legal one by one, 8000 steps for one name
    chain = b"\0" + b"".join((0xC000 | max(at - 2, 0)).to_bytes(2, "big") for at in range(1, 16001, 2))
    assert read_name(chain, 1 + 2 * 126) == ("", 1 + 2 * 127)
    with pytest.raises(MaterialError, match="or too many"):
        read_name(chain, 1 + 2 * 127)


def test_truncation_and_too_many_records_are_refused():
    for size in range(len(ANSWER)):
        with pytest.raises(MaterialError):
            parse_message(ANSWER[:size])
    with pytest.raises(MaterialError, match="more than 512"):
        parse_message(HEAD[:6] + b"\xff\xff" + HEAD[8:])
    assert parse_message(ANSWER + b"tail").surplus == 4


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_no_bytes_crash_the_parser(data):
    for message in (data, HEAD + data, HEAD[:4] + b"\0\1\0\xff\0\0\0\0" + data):
        with contextlib.suppress(MaterialError):
            parse_message(message)
