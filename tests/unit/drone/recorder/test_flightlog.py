import json

from hypothesis import given
from hypothesis import strategies as st

from harness.drone.recorder.flightlog import LogChain

KEY = b"k" * 32
LINES = [{"t": 1.5, "lat": 35.0}, {"t": 2.0, "text": "ぶん"}, {"t": 2.5}]


def written(key=KEY):
    chain = LogChain(key)
    return b"".join(chain.line(line) for line in LINES)


def test_lines_are_json_with_a_code_of_their_own():
    lines = [json.loads(line) for line in written().splitlines()]
    assert [{name: line[name] for name in line if name != "mac"} for line in lines] == LINES
    assert len({line["mac"] for line in lines}) == 3 and all(len(line["mac"]) == 16 for line in lines)


@given(st.integers(0, len(written()) - 1), st.integers(0, 7))
def test_any_flipped_bit_is_noticed(at, bit):
    changed = bytearray(written())
    changed[at] ^= 1 << bit
    assert not LogChain(KEY).follow(bytes(changed))


def test_what_was_written_holds_and_goes_on():
    chain = LogChain(KEY)
    assert chain.follow(written())
    more = written() + chain.line({"t": 3.0})
    assert LogChain(KEY).follow(more)
    assert LogChain(KEY).follow(b"")


def test_a_line_left_out_or_moved_is_noticed_and_another_key_too():
    first, second, third = written().splitlines(keepends=True)
    assert not LogChain(KEY).follow(first + third)
    assert not LogChain(KEY).follow(second + first + third)
    assert not LogChain(b"x" * 32).follow(written())


def test_after_a_restart_the_next_line_is_the_first():
    chain = LogChain(KEY)
    chain.line({"t": 1.0})
    chain.restart()
    assert LogChain(KEY).follow(chain.line({"t": 2.0}))


def test_without_a_key_there_is_no_code_and_nothing_is_noticed():
    assert [json.loads(line) for line in written(None).splitlines()] == LINES
    assert LogChain(None).follow(b"anything")
