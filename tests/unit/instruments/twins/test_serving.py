import signal

import pytest

from harness.errors import UsageError
from harness.instruments.twins.serving import serve


@pytest.fixture(autouse=True)
def handlers():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_what_cannot_be_served_is_one_line_and_three(capsys):
    def bring_up(inputs):
        raise UsageError("/x: no terminal can be put there")

    assert serve("twins", bring_up) == 3
    assert capsys.readouterr() == ("", "twins: /x: no terminal can be put there\n")
