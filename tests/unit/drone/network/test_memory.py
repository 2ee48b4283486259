import struct

from hypothesis import given
from hypothesis import strategies as st

from harness.drone.network.memory import MADE, CompanionMemory


def answer(seconds):
    return bytes((0x24,)) + bytes(39) + struct.pack(">II", int(seconds) + 2_208_988_800, 1 << 31)


def test_a_fresh_unit_has_the_date_of_the_test_and_is_online():
    memory = CompanionMemory()
    assert (memory.read_date(5.0), memory.offline, memory.boots, memory.first_date) == (MADE + 5.0, False, 0, None)


def test_boots_are_counted_and_the_first_is_dated():
    memory = CompanionMemory()
    memory.begin_boot(10.0)
    memory.begin_boot(900.0)
    assert (memory.boots, memory.first_date) == (2, MADE + 10.0)


def test_a_time_server_sets_the_date():
    memory = CompanionMemory()
    memory.take_time(answer(MADE + 86_400), 100.0)
    assert memory.read_date(100.0) == MADE + 86_400.5


@given(st.binary(max_size=60))
def test_what_is_no_answer_changes_nothing_and_any_bytes_can_be_taken(data):
    memory = CompanionMemory()
    memory.take_time(data, 1.0)
    if len(data) < 48 or data[0] & 7 != 4:
        assert memory.date_offset == MADE
