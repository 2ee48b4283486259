import contextlib
import gzip
import io
import os
import sqlite3
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.search.formats_files import check_gzip, check_pem, check_sqlite, check_sqlite_journal, check_zip


def test_real_database_is_recognised(tmp_path):
    with sqlite3.connect(tmp_path / "db") as database:
        database.execute("create table t (a)")
    database.close()
    data = (tmp_path / "db").read_bytes()
    found = check_sqlite(b"." + data, 1)
    assert found is not None and found.detail == "SQLite database, pages of 4096"
    assert check_sqlite(data[:16] + b"\0\7" + data[18:], 0) is None
    assert check_sqlite(data[:21] + bytes(3) + data[24:], 0) is None


@pytest.mark.parametrize(("mode", "suffix"), [("wal", "-wal"), ("persist", "-journal")])
def test_what_sqlite_keeps_beside_a_database_is_recognised(tmp_path, mode, suffix):
    with contextlib.closing(sqlite3.connect(tmp_path / "log.db")) as database:
        database.execute(f"pragma journal_mode={mode}")
        database.execute("create table flight (t, lat)")
        database.execute("begin")
        database.execute("insert into flight values (1, 2)")
        if mode == "persist":
            database.execute("pragma cache_spill=1")
            database.execute("pragma cache_size=1")
            database.executemany("insert into flight values (?, ?)", [(n, "x" * 900) for n in range(200)])
        else:
            database.commit()
        data = Path(f"{tmp_path}/log.db{suffix}").read_bytes()
    found = check_sqlite_journal(b".." + data, 2)
    assert found is not None and found.detail.endswith("pages of 4096")
    assert check_sqlite_journal(data[:4] + bytes(40), 0) is None
    assert check_sqlite_journal(data[:8] + b"\x77" * 40, 0) is None


def test_real_archive_is_recognised():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("flight.log", "text " * 20)
    data = file.getvalue()
    found = check_zip(data, 0)
    assert found is not None and found.detail == "ZIP member flight.log"
    assert check_zip(data[:8] + b"\x77\x77" + data[10:], 0) is None
    assert check_zip(data[:20], 0) is None
    assert check_zip(data[:30] + b"\1" * 10, 0) is None


def test_real_gzip_is_recognised_and_noise_is_not():
    data = gzip.compress(os.urandom(50))
    assert check_gzip(b"." * 5 + data, 5) is not None
    assert check_gzip(data[:3] + b"\xe0" + data[4:], 0) is None
    assert sum(check_gzip(b"\x1f\x8b\x08" + os.urandom(5000), 0) is not None for _ in range(200)) == 0


def test_real_key_is_recognised():
    key = ec.generate_private_key(ec.SECP256R1())
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    found = check_pem(b"...." + data, 4)
    assert found is not None and found.detail == "PEM PRIVATE KEY"
    assert check_pem(b"-----BEGIN PRIVATE KEY-----\nthis is prose, not a key at all, is it?\n", 0) is None
    assert check_pem(b"-----BEGIN PRIVATE KEY-----", 0) is None


@settings(max_examples=100)
@given(st.binary(max_size=600))
def test_any_bytes_after_a_header_are_survived(data):
    check_sqlite(b"SQLite format 3\0" + data, 0)
    check_zip(b"PK\x03\x04" + data, 0)
    check_gzip(b"\x1f\x8b\x08" + data, 0)
    check_pem(b"-----BEGIN " + data, 0)
