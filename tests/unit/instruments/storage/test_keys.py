import pytest

from harness.errors import RigError
from harness.instruments.storage.keys import common_blocks


def test_units_of_a_sound_drone_share_nothing(bench):
    scene, storage = bench()
    shared = storage.compare_units()
    assert (shared.equal_blocks_units, shared.equal_blocks_reprovisioned, shared.shared_secrets.events) == (0, 0, 0)
    # key, identifier, a salt of the slot and one of the digest, of three provisionings
    assert shared.shared_secrets.trials == 12
    seen = [("canary.recovered", True), ("unit.another", True)]
    assert scene.log.controls == [seen[0], *seen, seen[0], ("compare.sees_block", True)]


@pytest.mark.parametrize(
    ("defect", "units", "anew"),
    [("model-key", True, True), ("serial-key", False, True), ("clock-seeded-keys", True, False)],
)
def test_a_key_that_comes_again_is_seen(bench, defect, units, anew):
    _, storage = bench(defect)
    shared = storage.compare_units()
    assert (shared.equal_blocks_units > 100, shared.equal_blocks_reprovisioned > 100) == (units, anew)
    assert shared.shared_secrets.events == units + anew


def test_a_bench_that_sees_no_block_is_invalid(bench):
    scene, storage = bench(fault="blind")
    with pytest.raises(RigError, match=r"compare\.sees_block failed: of one block planted into a copy, 0 was seen"):
        storage.compare_units()
    assert scene.log.controls[-1] == ("compare.sees_block", False)


def test_equal_blocks_are_counted_without_fill():
    block, other = bytes(range(16)), bytes(range(16, 32))
    page = (block + other).ljust(4096, b"\0")
    assert common_blocks(page, page) == 2
    assert common_blocks(page, block.ljust(4096, b"\0")) == 1
    # not aligned
    assert common_blocks(page, (b"x" + block).ljust(4096, b"\0")) == 0


@pytest.mark.parametrize(
    ("defects", "slots", "recovered"),
    [
        ((), 0, False),
        (("erase-formats",), 1, True),
        (("header-backup",), 1, False),
        (("secret-kept",), 0, True),
        (("model-key",), 0, True),
        (("passphrase-file",), 0, True),
    ],
)
def test_what_erasure_leaves(bench, defects, slots, recovered):
    _, storage = bench(*defects)
    left = storage.erase()
    assert (left.usable_key_slots > 0) == bool(slots)
    assert (left.recovered_bytes > 0) is recovered


@pytest.mark.parametrize(
    ("defects", "repeats"), [((), False), (("counted-nonces",), True), (("clock-seeded-keys",), True)]
)
def test_keys_and_nonces_over_boots(bench, defects, repeats):
    _, storage = bench(*defects)
    sources = storage.collect_keys(units=2, boots=2)
    assert (sources.duplicate_keys.events > 0) is repeats
    assert sources.duplicate_keys.trials >= 2 * (4 + 2)
    assert sources.missing_assessments == 0


@pytest.mark.parametrize("deed", ["compare_units", "erase"])
def test_a_unit_that_recorded_nothing_is_invalid(bench, deed):
    _, storage = bench(fault="unplanted")
    with pytest.raises(RigError, match=r"canary\.recovered failed"):
        getattr(storage, deed)()
