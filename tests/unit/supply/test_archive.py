import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.drone.firmware import build_image
from harness.errors import MaterialError
from harness.supply import archive
from harness.supply.archive import unpack

GOOD = build_image()


def tar(*members, form=tarfile.USTAR_FORMAT):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as out:
        for name, content, changes in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in changes.items():
                setattr(info, key, value)
            out.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def with_checksum(header):
    header = bytearray(header)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def test_agrees_with_tarfile():
    with tarfile.open(fileobj=io.BytesIO(GOOD)) as reference:
        assert unpack(GOOD) == {m.name: reference.extractfile(m).read() for m in reference.getmembers()}


def test_reads_long_paths_folders_empty_files_and_blocks_of_exact_size():
    long = "a" * 90 + "/" + "b" * 90
    image = tar(("d/", b"", {"type": tarfile.DIRTYPE}), (long, b"x", {}), ("e", b"", {}), ("f", b"y" * 512, {}))
    assert unpack(image) == {long: b"x", "e": b"", "f": b"y" * 512}


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "a/../../x", "a//b", "./x", "a/./b", "..", "a\\..\\b", "a\nb", "\x1b[2J"]
)
def test_refuses_paths_that_leave_the_image_or_hide(path):
    with pytest.raises(MaterialError, match="unsafe path"):
        unpack(tar((path, b"x", {})))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_refuses_links_and_devices(kind):
    with pytest.raises(MaterialError, match="neither file nor folder"):
        unpack(tar(("x", b"", {"type": kind, "linkname": "/etc/passwd"})))


def test_refuses_extended_headers():
    with pytest.raises(MaterialError, match="neither file nor folder"):
        unpack(tar(("ü" * 200, b"x", {}), form=tarfile.PAX_FORMAT))


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (b"", "truncated"),
        (GOOD[:-10240], "truncated"),
        (GOOD[:700], "truncated"),
        (tar(("x", b"x", {}))[:1024], "truncated"),
        (tar(("x", b"1", {}), ("x", b"2", {})), "twice"),
        (tar(("x", b"1", {})) + b"hidden" * 100, "behind the end"),
        (b"\x1f\x8b" + bytes(1000), "no ustar"),
        (b"Z" + GOOD[1:], "checksum"),
        (with_checksum(GOOD[:124] + b"-0000000001\0" + GOOD[136:512]) + GOOD[512:], "not octal"),
        (with_checksum(GOOD[:124] + b"\x80" + bytes(10) + b"\5" + GOOD[136:512]) + GOOD[512:], "not octal"),
        (with_checksum(GOOD[:124] + b"77777777777\0" + GOOD[136:512]) + GOOD[512:], "truncated inside"),
        (with_checksum(b"\xff\xfe" + GOOD[2:512]) + GOOD[512:], "not UTF-8"),
    ],
)
def test_refuses_damaged_images(image, wanted):
    with pytest.raises(MaterialError, match=wanted):
        unpack(image)


def test_size_and_number_of_entries_are_bounded(monkeypatch):
    monkeypatch.setattr(archive, "MAX_ENTRIES", 2)
    with pytest.raises(MaterialError, match="more than 2 entries"):
        unpack(tar(*((str(i), b"", {}) for i in range(3))))
    monkeypatch.setattr(archive, "MAX_IMAGE", 10)
    with pytest.raises(MaterialError, match="more than the 10"):
        unpack(GOOD)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1535), st.integers(0, 255)), max_size=8), st.integers(0, len(GOOD)))
def test_damage_gives_files_or_a_material_error(changes, length):
    image = bytearray(GOOD)
    for offset, value in changes:
        image[offset] = value
    image[:512] = with_checksum(image[:512])
    try:
        unpack(bytes(image[:length]))
    except MaterialError as error:
        assert len(str(error)) < 800
