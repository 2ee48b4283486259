import base64
import hashlib
import json

import pytest

from harness.drone.firmware import build_image, provenance

PAPER = provenance.read_released(provenance.PROVENANCE_NAME)


def statement(paper):
    return json.loads(base64.b64decode(json.loads(paper)["payload"]))


def test_committed_attestation_is_of_this_image():
    digest = hashlib.sha256(build_image()).hexdigest()
    assert statement(PAPER)["subject"][0]["digest"] == {"sha256": digest}, "the image changed: release it anew"
    assert statement(PAPER) == provenance.make_statement(build_image(), "1.4.2")


@pytest.mark.parametrize(
    "edit",
    [
        provenance.of_earlier_release,
        provenance.vouched_by_maker,
        provenance.of_another_commit,
        provenance.without_signature,
    ],
)
def test_an_edit_leaves_an_envelope(edit):
    assert edit(PAPER) != PAPER
    assert json.loads(edit(PAPER)).keys() == json.loads(PAPER).keys()
    assert statement(edit(PAPER)).keys() == statement(PAPER).keys()
