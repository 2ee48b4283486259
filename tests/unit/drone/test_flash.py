import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.flash import PLACES, SIZE, Flash, FlashConfig
from harness.drone.mavlink.config import Memory
from harness.drone.mavlink.parts.wireitem import WireItem

KEY = bytes(range(32))
ITEM = WireItem(frame=6, command=16, values=(0.0, 1.0, 0.0, 0.5), x=356762000, y=1396503000, z=20.0)
MEMORY = Memory(parameters={"WPNAV_SPEED": 640.0}, plans={0: (ITEM, ITEM)})


def stored(config=None):
    flash = Flash(config or FlashConfig())
    flash.load(KEY, Memory())
    flash.save(KEY, MEMORY)
    return flash


def loaded(flash, key=KEY):
    memory = Memory(parameters={"stale": 1.0})
    flash.load(key, memory)
    return memory


def test_what_was_saved_is_there_after_a_boot():
    flash = stored()
    memory = loaded(flash)
    assert (memory.parameters, memory.plans, flash.alarms) == (MEMORY.parameters, MEMORY.plans, [])


def test_nothing_of_it_can_be_read():
    image = stored().medium.image()
    assert b"WPNAV" not in image and b"356762" not in image


def test_a_fresh_flash_has_no_alarm_and_no_settings():
    flash = Flash(FlashConfig())
    assert loaded(flash).parameters == {} == loaded(flash).plans and flash.alarms == []


def test_only_what_changed_is_written_again():
    flash = stored()
    before = flash.medium.image()
    flash.save(KEY, MEMORY)
    assert flash.medium.image() == before
    flash.save(KEY, Memory(parameters={"WPNAV_SPEED": 650.0}, plans=MEMORY.plans))
    after = flash.medium.image()
    plans = PLACES["plans"][1]
    assert after != before and after[plans:] == before[plans:]


def test_each_boot_writes_a_record_under_a_new_nonce():
    flash, place = stored(), PLACES["boots"][1]
    nonces = []
    for _ in range(4):
        loaded(flash)
        nonces.append(flash.medium.read(place + 9, 12))
    assert len(set(nonces)) == 4


def test_a_defect_repeats_nonces():
    flash, place = stored(FlashConfig(random_nonces=False)), PLACES["boots"][1]
    records = []
    for _ in range(2):
        loaded(flash)
        records.append(flash.medium.read(place, 60))
    assert records[0] != records[1] and records[0][9:21] == records[1][9:21]


@given(st.sampled_from(["parameters", "plans"]), st.integers(0, 58), st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_any_flipped_bit_is_reported_and_the_record_left_out(name, at, bit):
    flash = stored()
    place = PLACES[name][1] + at
    flash.medium.write(place, bytes([flash.medium.read(place, 1)[0] ^ 1 << bit]))
    memory = loaded(flash)
    assert flash.alarms == [f"the stored {name} were changed"]
    assert not getattr(memory, name)


@pytest.mark.parametrize("at", range(21, 40, 3))
def test_a_defect_notices_nothing(at):
    flash = stored(FlashConfig(authenticated=False))
    assert loaded(flash).parameters == MEMORY.parameters
    flash.medium.write(at, bytes([flash.medium.read(at, 1)[0] ^ 1]))
    loaded(flash)
    assert flash.alarms == []


def test_another_key_opens_nothing_and_a_wiped_flash_is_blank():
    flash = stored()
    assert loaded(flash, bytes(32)).parameters == {} and len(flash.alarms) == 3
    flash.wipe()
    assert flash.medium.image() == bytes(SIZE)
