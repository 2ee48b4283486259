"""Files that are waited for: who is ready, who is forgotten, and that a wait ends."""

import os

import pytest

from harness.timing import Inputs


@pytest.fixture
def inputs():
    made = Inputs()
    yield made
    made.close()


@pytest.fixture
def pipe():
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def run_ready(inputs):
    for handle in inputs.wait(0.0):
        handle()


def test_only_a_file_with_bytes_is_ready(inputs, pipe):
    seen = []
    inputs.watch(pipe[0], lambda: seen.append(os.read(pipe[0], 99)))
    run_ready(inputs)
    assert seen == []
    os.write(pipe[1], b"now")
    run_ready(inputs)
    assert seen == [b"now"]


def test_bytes_end_a_long_wait(inputs, pipe):
    inputs.watch(pipe[0], lambda: None)
    os.write(pipe[1], b"now")
    # pytest's own time-out is shorter
    assert len(inputs.wait(1e6)) == 1


@pytest.mark.parametrize("seconds", [0.0, -1.0, 0.001])
def test_a_wait_for_nothing_ends(inputs, seconds):
    assert inputs.wait(seconds) == []


def test_what_can_be_written_is_ready_only_where_that_was_asked(inputs, pipe):
    seen = []
    inputs.watch(pipe[1], lambda: seen.append("read"))
    run_ready(inputs)
    assert seen == []
    inputs.watch(pipe[1], lambda: seen.append("read"), lambda: seen.append("write"))
    run_ready(inputs)
    assert seen == ["write"]
    inputs.watch(pipe[1], lambda: seen.append("read"))
    run_ready(inputs)
    assert seen == ["write"]


def test_a_forgotten_file_is_never_ready(inputs, pipe):
    inputs.watch(pipe[0], lambda: None)
    os.write(pipe[1], b"now")
    inputs.forget(pipe[0])
    inputs.forget(pipe[0])
    assert inputs.wait(0.0) == []
