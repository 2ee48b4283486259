import pytest

from harness.errors import RigError


@pytest.mark.parametrize(
    ("defects", "missed"),
    [
        ((), set()),
        (("log-without-code",), {"log"}),
        (("flash-without-code",), {"parameters", "mission"}),
        (("unverified-boot",), {"firmware"}),
    ],
)
def test_flipped_bits_are_noticed_or_not(bench, defects, missed):
    scene, storage = bench(*defects)
    count = storage.flip_bits(each=1)
    assert (count.events, count.trials) == (len(missed), 4)
    (note,) = [note for note in scene.log.notes if note.startswith("not noticed")]
    assert all(name in note for name in missed)
    assert scene.log.controls[-2:] == [("objects.stored", True), ("unchanged.starts", True)]


def test_an_object_that_lies_nowhere_is_invalid(bench):
    _, storage = bench("unmarked-recordings")
    with pytest.raises(RigError, match=r"objects\.stored failed: found on no medium: log"):
        storage.flip_bits(each=1)
