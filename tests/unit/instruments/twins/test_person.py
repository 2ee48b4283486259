"""The operator's twin: what it is asked it does, unless it has a fault."""

import pytest

from harness.instruments.twins.desk import ARTICLE, HOST


def test_the_operators_twin_does_what_is_asked(desk, ask):
    assert ask("storage.scene", "put this text in front of the camera: CANARY-7") == "done"
    assert desk._hall.unit.scene == "CANARY-7"
    assert ask("storage.read", "put into the reader: companion-emmc") == "done"
    assert desk.side == HOST
    assert ask("storage.back", "put the media back") == "done"
    assert desk.side == ARTICLE
    assert ask("storage.login", "log in with 'wrong'") == "refused"


@pytest.mark.parametrize(("fault", "said"), [("silent", ""), ("garbling", "the switch is broken"), ("stuck", "done")])
def test_an_operators_twin_with_a_fault(desk, ask, fault, said):
    assert ask("storage.read", "put into the reader: companion-emmc", fault) == said
    assert desk.side == (HOST if fault == "silent" else ARTICLE)
    desk.switch(ARTICLE)


def test_any_bytes_are_borne(desk, ask):
    assert ask("moon.set", "\x00\xff >>> [[[ ") == "done"
    assert ask("storage.unit", "put it") == "done"
    assert ask("Not.A.Key", "do it") == ""
