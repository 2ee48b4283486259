import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.storage.volumes.stacked import MARKER, check_fscrypt, find_ecryptfs

# of an ext4 image that the kernel wrote (6.18, policy version 2), identifiers left as they were
INODE = bytes.fromhex(
    "000002ea01093400000000002800000000000000630000000000000000000000000000000000000000000000000000000000"
    "00000000000002010403000000008699c2c53707405da5aba5ae4d8583c0ad8a26dcc2010f2293396fb21d87d371"
)


def ecryptfs(length=5000, word=0x12345678, version=3):
    words = (word, word ^ MARKER, version << 24 | 2)
    head = length.to_bytes(8, "big") + b"".join(value.to_bytes(4, "big") for value in words)
    return (head + (4096).to_bytes(4, "big") + b"\0\2\x8c").ljust(8192, b"\x5a")


def test_context_written_by_the_kernel_is_recognised():
    found = check_fscrypt(b"...." + INODE, 4)
    assert found is not None
    assert (found.offset, found.detail) == (4, "context version 2, contents AES-256-XTS, names AES-256-CTS")


def test_context_in_a_block_of_its_own_and_behind_another_attribute():
    value = INODE[-40:]
    other = bytes((3, 1)) + bytes(14) + b"abc\0"
    entry = bytes((1, 9)) + (200).to_bytes(2, "little") + bytes(4) + (40).to_bytes(4, "little") + bytes(4) + b"c\0\0\0"
    block = (b"\x00\x00\x02\xea" + (1).to_bytes(4, "little") * 2).ljust(32, b"\0") + other + entry
    found = check_fscrypt(block.ljust(200, b"\0") + value, 0)
    assert found is not None and found.detail.startswith("context version 2")


def test_other_attributes_are_no_context():
    for at, value in ((4, 2), (5, 8), (12, 41), (20, ord("d")), (56, 3), (57, 99)):
        changed = INODE[:at] + bytes((value,)) + INODE[at + 1 :]
        assert check_fscrypt(changed, 0) is None, at
    assert check_fscrypt(INODE[:80], 0) is None
    assert check_fscrypt(INODE[:4] + bytes(200), 0) is None


def test_ecryptfs_file_is_recognised_at_sectors():
    (found,) = find_ecryptfs(bytes(1024) + ecryptfs(), 4096)
    assert (found.offset, found.detail) == (4096 + 1024, "eCryptfs file of 5000 bytes, version 3")
    assert list(find_ecryptfs(bytes(100) + ecryptfs(), 0)) == []
    assert list(find_ecryptfs(ecryptfs(version=9), 0)) == []
    assert list(find_ecryptfs(ecryptfs(length=1 << 60), 0)) == []


def test_noise_holds_no_trace():
    noise = np.random.default_rng(6).bytes(8 << 20)
    assert list(find_ecryptfs(noise, 0)) == []
    assert all(check_fscrypt(INODE[:4] + noise[at : at + 4096], 0) is None for at in range(0, 2 << 20, 4096))


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(data):
    check_fscrypt(INODE[:4] + data, 0)
    check_fscrypt(data, len(data))
    list(find_ecryptfs(data * 4, 0))
