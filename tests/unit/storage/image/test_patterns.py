import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.storage.image.image import Range
from harness.storage.image.patterns import byte_patterns, expected_by_chance, find_all, text_patterns

TEXT = "CANARY?>~ über 7f3a9c"


def whole(data):
    return (Range(0, len(data)),)


def found_in(data, patterns):
    return {pattern.encoding for pattern in patterns if list(find_all(data, pattern.needle, whole(data)))}


STORED = {
    "utf-8": TEXT.encode(),
    "utf-16-le": TEXT.encode("utf-16-le"),
    "utf-16-be": TEXT.encode("utf-16-be"),
    "reversed": TEXT.encode()[::-1],
    "hex": TEXT.encode().hex().encode(),
    "HEX": TEXT.encode().hex().upper().encode(),
    "hex with ' '": TEXT.encode().hex(" ").encode(),
    "HEX with ':'": TEXT.encode().hex(":").upper().encode(),
    "utf-32-le": TEXT.encode("utf-32-le"),
    "utf-32-be": TEXT.encode("utf-32-be"),
}


@pytest.mark.parametrize("lead", [0, 1, 2, 3, 4097])
@pytest.mark.parametrize("encoding", STORED)
def test_every_encoding_is_found_at_any_offset(encoding, lead):
    data = os.urandom(lead) + STORED[encoding] + os.urandom(50)
    assert encoding in found_in(data, text_patterns("c", TEXT))


@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("after", range(4))
def test_base64_is_found_at_every_phase(alphabet, before, after):
    data = b"--" + alphabet(os.urandom(before) + TEXT.encode() + os.urandom(after)) + b"--"
    assert any(name.startswith("base64") for name in found_in(data, text_patterns("c", TEXT)))


@pytest.mark.parametrize(("width", "before"), [(2, 0), (2, 1), (4, 0), (4, 1), (4, 2), (4, 3)])
def test_byte_swapped_words_are_found_at_every_phase(width, before):
    plain = os.urandom(before) + TEXT.encode() + b"zzz"
    plain += b"z" * (-len(plain) % width)
    swapped = b"".join(plain[at : at + width][::-1] for at in range(0, len(plain), width))
    assert any(name.startswith(f"byte-swapped {8 * width}") for name in found_in(swapped, text_patterns("c", TEXT)))
    assert not any(name.startswith("byte-swapped") for name in found_in(plain, text_patterns("c", TEXT)))


def test_no_form_is_too_short_to_mean_anything():
    assert min(len(pattern.needle) for pattern in text_patterns("c", "12345678")) >= 6


def test_keys_are_found_raw():
    key = os.urandom(32)
    assert found_in(b"." + key, byte_patterns("k", key)) == {"raw"}


@given(st.binary(max_size=60), st.binary(min_size=1, max_size=12))
def test_finds_all_overlapping_places(data, needle):
    wanted = [at for at in range(len(data)) if data.startswith(needle, at)]
    assert list(find_all(data, needle, whole(data))) == wanted


def test_each_place_is_found_once_over_neighbouring_ranges():
    data = b"x" * 10 + b"needle-long" + b"x" * 10
    for border in range(len(data)):
        parts = (Range(0, border), Range(border, len(data) - border))
        assert list(find_all(data, b"needle-long", parts)) == [10]


def test_expected_by_chance():
    assert expected_by_chance(b"abcd", 64 * 10**9) == pytest.approx(14.9, abs=0.1)
