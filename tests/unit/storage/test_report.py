"""The level of a scan: no finding is missed by it, and nothing untold is clean."""

import os
from dataclasses import replace

import pytest

from harness.storage.image.image import acquire
from harness.storage.image.ranges import Range
from harness.storage.image.window import Steps
from harness.storage.scan import Options, scan
from harness.storage.search.canary import CanarySet
from harness.storage.search.hits import HitCount

EMPTY = CanarySet()


@pytest.fixture(scope="module")
def clean():
    return scan(acquire(bytes(1 << 16)), EMPTY)


def counted(count, expected):
    return HitCount(kind="coordinate", name="place", encoding="int32", count=count, expected=expected)


def test_a_blank_medium_is_clean(clean):
    assert (clean.level, clean.reasons, clean.doubts) == ("clean", (), ())


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({"unread": (Range(0, 4096),)}, "not fully examined"),
        ({"cut_short": ("zip",)}, "not fully examined"),
        ({"counts": (counted(1, 1e-6),)}, "findings"),
        ({"counts": (counted(1, 0.01),)}, "not fully examined"),
        ({"counts": (counted(30, 0.01),)}, "findings"),
        ({"counts": (counted(0, 5.0),)}, "clean"),
        ({"counts": (counted(1, 1e-6),), "unread": (Range(0, 4096),)}, "findings"),
    ],
)
def test_the_level_follows(clean, change, level):
    report = replace(clean, **change)
    assert report.level == level
    assert bool(report.reasons) == (level == "findings")
    assert level == "clean" or report.reasons or report.doubts


def test_chance_is_told_from_proof():
    assert not counted(1, 0.0).by_chance and not counted(1, 1e-4).by_chance
    assert counted(1, 0.002).by_chance and counted(5, 4.0).by_chance
    assert counted(1000, 1000.0).by_chance and not counted(2000, 1000.0).by_chance


def test_text_is_a_finding_though_nothing_names_it():
    report = scan(acquire(b"nothing that anybody looks for, " * 4096), EMPTY)
    assert report.level == "findings" and "are no ciphertext" in report.reasons[-1]


def test_noise_leaves_doubt():
    report = scan(acquire(os.urandom(1 << 16)), EMPTY)
    assert report.level == "not fully examined" and "without any header" in report.doubts[0]


def test_progress_is_told_after_each_piece():
    told = []
    scan(
        acquire(bytes(20_000)),
        EMPTY,
        (),
        Options(steps=Steps(piece=8192, back=0, ahead=0), progress=lambda *at: told.append(at)),
    )
    assert told == [(8192, 20_000), (16384, 20_000), (20_000, 20_000)]
