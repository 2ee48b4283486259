import io
import tarfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.targets.archives import pack, unpack, unpack_folder


@given(st.binary(max_size=3000))
def test_what_is_packed_is_unpacked(data):
    assert unpack("/data/m", pack({"m": data})) == data


def packed(name="m", kind=tarfile.REGTYPE, data=b"image"):
    whole, member = io.BytesIO(), tarfile.TarInfo(name)
    member.type, member.size = kind, len(data) if kind == tarfile.REGTYPE else 0
    member.linkname = "/etc/shadow"
    with tarfile.open(fileobj=whole, mode="w") as archive:
        archive.addfile(member, io.BytesIO(data))
    return whole.getvalue()


def test_what_is_no_file_is_refused():
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
        with pytest.raises(RigError, match="/data/m in the container is no regular file"):
            unpack("/data/m", packed(kind=kind))


@given(st.binary(max_size=1200))
def test_no_answer_of_an_engine_is_a_traceback(data):
    try:
        unpack("/data/m", data)
    except RigError as error:
        assert str(error).startswith("/data/m in the container")


@given(st.integers(0, 2047), st.integers(0, 255))
def test_a_damaged_archive_is_an_error_or_a_file(place, value):
    damaged = bytearray(packed(data=b"x" * 600))
    damaged[place] = value
    with suppress(RigError):
        assert len(unpack("/data/m", bytes(damaged))) <= len(damaged)


def test_a_folder_comes_back_as_it_went_in(tmp_path):
    whole = pack({"log": b"flown", "logs/1.BIN": b"data"}, folder="dronecert")
    with tarfile.open(fileobj=io.BytesIO(whole)) as archive:
        folder = archive.getmember("dronecert")
        assert folder.isdir() and folder.mode == 0o777
    unpack_folder("/dronecert", io.BytesIO(whole), tmp_path)
    assert (tmp_path / "dronecert" / "logs" / "1.BIN").read_bytes() == b"data"
    assert (tmp_path / "dronecert" / "log").read_bytes() == b"flown"


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside"])
def test_nothing_is_written_outside_of_the_folder(tmp_path, name):
    inside = tmp_path / "inside"
    inside.mkdir()
    unpack_folder("/dronecert", io.BytesIO(packed(name=name)), inside)
    assert [path.name for path in tmp_path.rglob("*")] == ["inside"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_left_out(tmp_path, kind):
    with suppress(RigError):
        unpack_folder("/dronecert", io.BytesIO(packed(kind=kind)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_names_that_cannot_stand_side_by_side_are_an_error(tmp_path):
    with pytest.raises(RigError, match="/dronecert in the container cannot be read"):
        unpack_folder("/dronecert", io.BytesIO(pack({"a": b"file", "a/b": b"below it"})), tmp_path)


@given(st.binary(max_size=1200))
def test_no_folder_of_an_engine_is_a_traceback(tmp_path_factory, data):
    with suppress(RigError):
        unpack_folder("/dronecert", io.BytesIO(data), tmp_path_factory.mktemp("any"))
