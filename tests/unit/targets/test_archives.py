import io
import tarfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import RigError
from harness.targets.archives import pack, unpack


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
