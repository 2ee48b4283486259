import pytest

from harness.errors import RigError


def test_a_passphrase_on_another_medium_is_found(bench):
    for defects, found in (((), False), (("passphrase-file",), True)):
        scene, storage = bench(*defects)
        with storage.showing_canaries(), scene.hovering() as vehicle:
            vehicle.linger(6.0)
        assert (storage.search_keys(storage.acquire()) > 0) is found


@pytest.mark.parametrize("name", [None, "embedded/missing.md"])
def test_a_random_source_without_a_report_is_not_assessed(bench, declaration, name):
    storage = declaration.storage.model_copy(update={"random_report": name})
    _, reader = bench(declaration=declaration.model_copy(update={"storage": storage}))
    assert not reader._assessed()


def test_a_report_is_shown(bench):
    scene, reader = bench()
    assert reader._assessed()
    assert scene.log.exhibits[-1][0] == "report on the random source"


def test_the_other_unit_has_secrets_and_a_world_of_its_own(bench):
    scene, reader = bench()
    other = reader._other()
    assert other.world is not scene.world
    other.world.power_on()
    assert other.credential != reader._unit.credential
    other.world.power_off()


def test_a_short_dump_of_a_unit_is_invalid(bench):
    _, reader = bench(fault="short")
    with pytest.raises(RigError, match=r"medium\.complete failed: .* bytes of companion-emmc were read"):
        reader.erase()
