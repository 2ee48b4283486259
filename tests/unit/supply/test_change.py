import hashlib
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.drone.firmware.register import make_register, write_register
from harness.errors import MaterialError
from harness.supply.change import Rests, find_stale, parameter_digest, read_register

SHIPPED = write_register(make_register())
A, B = "a" * 64, "b" * 64
RESTS = Rests({"image": ["WIND", "SUP-01"], "parameters": ["WIND"], "bill": ["SUP-01"]})
NOW = {"image": A, "parameters": A, "bill": A}


def run(name, requirements=("WIND-01",), date="2026-01-01", **hashes):
    return {"id": name, "date": date, "requirements": list(requirements), "hashes": NOW | hashes}


def register(*runs, **head):
    return json.dumps({"format": "dronecert-register/1", "article": "x", "runs": list(runs)} | head).encode()


def judged(*runs, today=NOW):
    report = find_stale(read_register(register(*runs)), today, RESTS)
    return report.rerun_fraction, report.stale


def test_without_change_everything_holds():
    assert judged(run("1"), run("2", ["SUP-01"])) == (100.0, ())


def test_a_change_makes_stale_what_rests_on_it_and_nothing_else():
    runs = [run("1", ["WIND-01", "WIND-02", "SUP-01", "DAR-01"])]
    for kind, stale in (
        ("image", ("SUP-01", "WIND-01", "WIND-02")),
        ("parameters", ("WIND-01", "WIND-02")),
        ("bill", ("SUP-01",)),
    ):
        assert judged(*runs, today=NOW | {kind: B}) == (0.0, stale)


def test_what_was_tested_again_holds_again():
    old = run("1", ["WIND-01", "WIND-02"], image=B)
    assert judged(old, run("2", ["WIND-01"])) == (50.0, ("WIND-02",))
    assert judged(old, run("2", ["WIND-01", "WIND-02"])) == (100.0, ())
    assert judged(old, run("2", ["WIND-01", "WIND-02"], parameters=B))[0] == 0.0


def test_what_a_run_does_not_state_holds_nothing():
    bare = run("1")
    del bare["hashes"]["parameters"]
    assert judged(bare) == (0.0, ("WIND-01",))
    assert judged(run("1"), today={"image": A, "bill": A}) == (0.0, ("WIND-01",))


def test_each_reopened_result_is_told():
    report = find_stale(
        read_register(register(run("1", ["WIND-01", "WIND-02"], image=B), run("2", ["WIND-01"]))), NOW, RESTS
    )
    assert [str(item) for item in report.reopened] == [
        "WIND-01: another image; shown anew by 2026-01-01 2",
        "WIND-02: another image; STALE, to be tested again",
    ]
    assert report.results == 2


def test_a_parameter_set_is_told_by_names_and_values_in_any_order():
    text = f"A={struct.pack('>f', 1.0).hex()}\nB={struct.pack('>f', 0.1).hex()}\n"
    assert parameter_digest({"B": 0.1, "A": 1.0}) == hashlib.sha256(text.encode()).hexdigest()
    # what travelled as a single is the same
    assert parameter_digest({"B": struct.unpack(">f", struct.pack(">f", 0.1))[0], "A": 1}) == parameter_digest(
        {"A": 1.0, "B": 0.1}
    )
    assert len({parameter_digest(values) for values in ({}, {"A": 1.0}, {"A": 2.0}, {"B": 1.0})}) == 4


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "the register of results: document is not JSON"),
        (register(format="other"), "format: "),
        (register(run("1", [])), r"runs\[0\]\.requirements"),
        (register(run("1", ["wind"])), r"requirements\[0\]"),
        (register(run("1", image="short")), r"runs\[0\]\.hashes\.image"),
        (register(run("1", date="2026-13-01")), "wanted a date"),
        (register(run("1") | {"version": "1.4.2"}), "unknown key"),
        (register(*[run("1")] * 1001), "runs: .*1000"),
    ],
)
def test_a_wrong_register_is_refused(data, wanted):
    with pytest.raises(MaterialError, match=wanted):
        read_register(data)


@given(st.integers(0, len(SHIPPED) - 1), st.binary(max_size=3))
def test_any_register_is_read_or_refused(place, piece):
    try:
        read = read_register(SHIPPED[:place] + piece + SHIPPED[place + 1 :])
    except MaterialError as error:
        assert str(error).isprintable()
    else:
        assert find_stale(read, NOW, RESTS).stale
