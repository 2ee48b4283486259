import pytest

from harness.errors import FileError, RigError
from harness.instruments.supply.update_packages import read_offers


def test_each_bad_update_is_bad_in_its_own_way(scene):
    offers = read_offers(scene.context())
    good, bad = offers.good, offers.bad
    assert offers.version == "1.5.0"
    assert bad["unsigned"].signature == b"" and bad["unsigned"].statement != good.statement
    flipped = zip(bad["altered by one bit"].image, good.image, strict=True)
    assert sum((one ^ other).bit_count() for one, other in flipped) == 1
    assert bad["altered by one bit"].statement == good.statement
    assert bad["signed by another key"].signature not in (b"", good.signature)
    assert len({each.image for each in (*bad.values(), good)}) == 4
    assert scene.log.controls == [("updates.bad", True)]


def test_updates_that_are_not_bad_are_found_out(scene):
    with pytest.raises(RigError, match=r"updates\.bad failed: .* of 5"):
        read_offers(scene.context("undamaged"))


def test_without_packages_of_each_kind_nothing_is_offered(scene, declaration):
    supply = declaration.supply.model_copy(update={"packages": declaration.supply.packages[:1]})
    with pytest.raises(RigError, match="no update package that is older, other model"):
        read_offers(scene.context(declaration=declaration.model_copy(update={"supply": supply})))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is no update package"),
        (b"EMBUPD1\n" + bytes(100), "is no update package"),
    ],
)
def test_a_file_that_is_no_package_is_one_clear_error(scene, tmp_path, content, problem):
    if content is not None:
        (tmp_path / "embedded").mkdir()
        for name in ("newer", "older", "sister"):
            (tmp_path / "embedded" / f"{name}.pkg").write_bytes(content)
    with pytest.raises(FileError, match=problem):
        read_offers(scene.context(documents=tmp_path))


def test_another_image_than_the_declared_one_is_refused(scene, declaration):
    first, *others = declaration.supply.packages
    packages = (first.model_copy(update={"sha256": "0" * 64}), *others)
    supply = declaration.supply.model_copy(update={"packages": packages})
    with pytest.raises(FileError, match="does not hold the declared image"):
        read_offers(scene.context(declaration=declaration.model_copy(update={"supply": supply})))


def test_a_folder_in_the_place_of_a_package_is_refused(scene, tmp_path):
    (tmp_path / "embedded" / "newer.pkg").mkdir(parents=True)
    with pytest.raises(FileError, match="not a regular file"):
        read_offers(scene.context(documents=tmp_path))
