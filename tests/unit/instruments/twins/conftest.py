"""A drone of the twins with its reader, and its operator at a port in memory."""

import pytest

from harness.instruments.twins.desk import Desk
from harness.instruments.twins.hall import Hall
from harness.instruments.twins.person import Person
from harness.instruments.twins.yard import Yard


class Mouth:
    """A port at which the operator is asked."""

    def __init__(self):
        self.said = []

    def listen(self, receiver):
        self.say = receiver

    def send(self, data):
        self.said.append(data)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(Hall(seed=1, defects=("weak-kdf",)), tmp_path_factory.mktemp("desk"))


@pytest.fixture
def ask(desk):
    """Asks the operator, who may have a fault; what they answered."""

    def asking(key, request, fault=""):
        mouth = Mouth()
        Person(desk, Yard(desk._hall), mouth, fault)
        for piece in (b"\n>>> [%s] " % key.encode(), request.encode(), b" [Enter when done] "):
            mouth.say(piece)
        return b"".join(mouth.said).decode().strip()

    return asking
