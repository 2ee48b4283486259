import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.storage.search import matcher as module
from harness.storage.search.matcher import make_matcher


def slowly(data, needles):
    return sorted(
        (at, number) for number, needle in enumerate(needles) for at in range(len(data)) if data.startswith(needle, at)
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.binary(min_size=2, max_size=6) | st.sampled_from([b"aa", b"aaa", b".*", b"\0\0", b"\n\r", b"[a]"]),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.sampled_from([b"a", b"aa", b"\0", b"\n", b".", b"*", b"[a]", b"x\xff"]), max_size=40),
)
@pytest.mark.parametrize("hyperscan", [True, False])
def test_every_place_is_found_also_overlapping_ones(hyperscan, needles, parts):
    data = b"".join(parts) + needles[0] + needles[-1]
    assert make_matcher(needles, hyperscan=hyperscan).find(memoryview(data)) == slowly(data, needles)


def test_the_engine_is_named():
    assert "hyperscan" in make_matcher([b"abc"], hyperscan=True).engine
    assert "bytes.find" in make_matcher([b"abc"], hyperscan=False).engine


def test_without_a_wheel_plain_python_searches(monkeypatch):
    monkeypatch.setattr(module, "has_hyperscan", lambda: False)
    assert "bytes.find" in make_matcher([b"abc"]).engine


def test_nothing_to_look_for_is_nothing_found():
    assert make_matcher([]).find(memoryview(b"abc")) == []
