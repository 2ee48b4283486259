import json

import pytest

from harness.errors import FileError, RigError
from harness.instruments.gateway import Presented, Session
from harness.instruments.network.trust import Trust

ANSWERS = '[answers]\n"network.trust" = "done"\n'


class Gateway:
    def __init__(self, *sessions):
        self.sessions = list(sessions)


def session(*requests, version="TLSv1.3", refused=""):
    return Session(
        host="a", presented=Presented.GOOD, opened_at=0.0, requests=list(requests), version=version, refused=refused
    )


@pytest.fixture
def by_hand(scene, tmp_path):
    """Surroundings in which an operator installs the authority."""

    def make(answers=ANSWERS, **changes):
        (tmp_path / "answers.toml").write_text(answers)
        own = {"authority": "keys/a.pem", "trust": "out/trust.pem", "operator": "A. Operator", "within": 0.1}
        own["answers"] = "answers.toml"
        return scene.context(sockets={"trust": None}, settings=own | changes, bench=tmp_path)

    return make


def test_a_target_that_can_install_it_does_so_in_each_case(scene):
    installed = []
    context = scene.context(sockets={"trust": installed.append})
    assert [Trust(context).authority.trust_root, Trust(context).authority.trust_root] == installed
    assert installed[0] != installed[1]


def test_a_kept_authority_is_installed_by_the_target_too(scene, tmp_path):
    installed = []
    context = scene.context(sockets={"trust": installed.append}, settings={"authority": "a.pem"}, bench=tmp_path)
    Trust(context)
    Trust(context)
    assert installed[0] == installed[1] and "made an authority of its own" in scene.log.notes[0]


def test_nobody_to_install_it_is_told(scene):
    with pytest.raises(RigError, match="offers no way to trust the bench's authority"):
        Trust(scene.context(sockets={"trust": None}))


def test_the_operator_is_asked_once_for_an_authority_and_an_article(scene, by_hand, tmp_path):
    trust = Trust(by_hand())
    assert (tmp_path / "out" / "trust.pem").read_text() == trust.authority.trust_root
    (asked,) = [note for note in scene.log.notes if note.startswith("operator A. Operator")]
    assert "answer file: power the article by hand, install the authority" in asked
    scene.log.notes.clear()
    # without an answer nobody could be asked again
    assert Trust(by_hand(answers="[answers]\n")).authority.trust_root == trust.authority.trust_root
    assert scene.log.notes == [asked]


@pytest.mark.parametrize("spoil", ["another article", "another authority", "damaged", "gone"])
def test_he_is_asked_again_for_another_one(by_hand, tmp_path, monkeypatch, spoil):
    Trust(by_hand())
    told = tmp_path / "out" / "trust.pem.installed"
    if spoil == "another article":
        told.write_text(json.dumps(json.loads(told.read_text()) | {"article": "EMB-999"}))
    elif spoil == "another authority":
        (tmp_path / "keys" / "a.pem").unlink()
    elif spoil == "damaged":
        told.write_text("[" * 100_000)
    else:
        told.unlink()
    monkeypatch.setattr("harness.instruments.operator.TERMINAL", tmp_path / "none")
    with pytest.raises(RigError, match=r"no terminal to ask the operator: .*give 'network\.trust' in an answer file"):
        Trust(by_hand(answers="[answers]\n"))


def test_an_operator_who_did_not_is_believed(by_hand, tmp_path):
    with pytest.raises(RigError, match="answered 'no key' to"):
        Trust(by_hand(answers='[answers]\n"network.trust" = "no key"\n'))
    assert not (tmp_path / "out" / "trust.pem.installed").exists()


def test_a_place_that_cannot_be_written_is_told(by_hand, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        Trust(by_hand(trust="file/trust.pem"))


def test_an_article_that_takes_no_certificate_was_not_given_the_authority(scene, by_hand, tmp_path):
    trust = Trust(by_hand())
    trust.prove(Gateway())
    trust.prove(Gateway(session(version="")))
    assert scene.log.controls == []
    with pytest.raises(RigError, match=rf"of 2 calls .* 0 took their certificate; install {tmp_path}/out/trust\.pem"):
        trust.prove(Gateway(session(version="", refused="TLSV1_ALERT_UNKNOWN_CA"), session(version="", refused="x")))
    trust.prove(Gateway(session("GET / HTTP/1.1"), session(version="", refused="gone")))
    assert scene.log.controls == [("trust.installed", False), ("trust.installed", True)]


def test_what_the_target_installed_is_not_questioned(scene):
    Trust(scene.context()).prove(Gateway(session(version="", refused="no")))
    assert scene.log.controls == []
