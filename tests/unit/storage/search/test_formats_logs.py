import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.search.formats_logs import (
    ULOG_SYNC,
    check_dataflash,
    check_dataflash_run,
    check_json_lines,
    check_nmea,
    check_ulog,
    check_ulog_sync,
)

FORMAT = b"\xa3\x95\x80" + struct.pack("<BB4s16s64s", 130, 50, b"GPS", b"QBIHBcLLeffffB", b"TimeUS,Lat,Lng,Alt")
SENTENCE = b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n"


def test_dataflash_format_is_recognised():
    found = check_dataflash(b"xx" + FORMAT, 2)
    assert found is not None and (found.detail, found.size) == ("DataFlash format of GPS", 89)


@pytest.mark.parametrize(("at", "byte"), [(4, b"\0"), (5, b"g"), (9, b"?"), (30, b"\x80")])
def test_dataflash_of_illegal_letters_is_refused(at, byte):
    assert check_dataflash(FORMAT[:at] + byte + FORMAT[at + 1 :], 0) is None
    assert check_dataflash(FORMAT[:-1], 0) is None


def test_ulog_is_recognised():
    head = b"ULog\x01\x12\x35\x01" + bytes(8) + b"\x28\0B"
    found = check_ulog(head, 0)
    assert found is not None and found.detail == "ULog version 1"
    assert check_ulog(head[:-1] + b"z", 0) is None
    assert check_ulog(head[:-1], 0) is None


def test_ulog_needs_messages_that_lead_to_each_other():
    messages = b"\x29\0F" + bytes(41) + b"\5\0Ihallo" + b"\3\0Fabc"
    head = b"ULog\x01\x12\x35\x01" + bytes(8)
    found = check_ulog(head + messages + b"?" * 9, 0)
    assert found is not None and found.size == len(head + messages)
    assert check_ulog(head + messages.replace(b"\5\0I", b"\6\0I"), 0) is None
    assert check_ulog(head + messages.replace(b"\5\0I", b"\0\0I"), 0) is None
    found = check_ulog_sync(b".." + ULOG_SYNC + messages, 2)
    assert found is not None and found.detail == "ULog messages"
    assert check_ulog_sync(ULOG_SYNC + b"?" * 99, 0) is None
    assert check_ulog_sync(ULOG_SYNC, 0) is None


def run(lengths=(30, 45), count=20):
    return b"".join(b"\xa3\x95" + bytes((n % 2,)) + bytes(lengths[n % 2] - 3) for n in range(count)) + b"\xa3\x95"


def test_dataflash_messages_without_their_formats_are_recognised():
    found = check_dataflash_run(b"..." + run(), 3)
    assert found is not None and found.detail == "20 DataFlash messages"
    assert check_dataflash_run(run(count=11), 0) is None
    drifting = b"".join(b"\xa3\x95\1" + bytes(10 + n) for n in range(20))
    assert check_dataflash_run(drifting, 0) is None
    every_one_another = b"".join(b"\xa3\x95" + bytes((n,)) + bytes(10) for n in range(13))
    assert check_dataflash_run(every_one_another, 0) is None
    assert check_dataflash_run(b"\xa3\x95" * 600, 0) is None


def test_nmea_needs_its_checksum():
    found = check_nmea(b"..." + SENTENCE, 3)
    assert found is not None and found.detail == "NMEA GPGGA"
    assert check_nmea(SENTENCE.replace(b"*47", b"*48"), 0) is None
    assert check_nmea(SENTENCE.replace(b"4807", b"4808"), 0) is None


def test_json_lines_are_counted():
    found = check_json_lines(b'..{"a":1,"b":2}\n{"a":2,"b":3}\nend', 2)
    assert found is not None and (found.detail, found.size) == ("2 JSON lines", 28)


@pytest.mark.parametrize("text", [b'{"a":1}\n', b'{"a":1,"b":', b'{"a":1,"b":2} x\n', b'{"' + b"x" * 9000, b"{" * 4000])
def test_other_text_is_no_json_line(text):
    assert check_json_lines(text, 0) is None


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_after_a_header_are_survived(data):
    check_dataflash(b"\xa3\x95\x80" + data, 0)
    check_ulog(b"ULog\x01\x12\x35" + data, 0)
    check_nmea(b"$GPGGA," + data, 0)
    check_json_lines(b'{"' + data + b"}\n", 0)


def test_deep_nesting_is_survived():
    assert check_json_lines(b'{"a":' + b"[" * 2000 + b"]" * 2000 + b',"b":1}\n', 0) is None
