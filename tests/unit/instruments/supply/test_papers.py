import os

import pytest

from harness.errors import FileError, RigError, VehicleError
from harness.instruments.supply.papers import LARGEST_PAPER, PaperTray

BILL = "sbom.cdx.json"


def test_a_paper_comes_as_it_was_handed_over_and_is_in_evidence(scene):
    tray = PaperTray(scene.context())
    assert tray.fetch(BILL) == scene.world.sockets.papers(BILL)
    assert tray.fetch(BILL) == scene.world.sockets.papers(BILL)
    ((name, media, kind, data),) = scene.log.exhibits
    assert (name, media, kind, data) == (BILL, "application/json", "document", scene.world.sockets.papers(BILL))
    assert scene.log.controls == [("papers.carried", True)]


@pytest.mark.parametrize("fault", ["lost", "torn", "stale"])
def test_a_bench_that_does_not_hand_papers_on_is_found_out(scene, fault):
    with pytest.raises(RigError, match=r"papers\.carried failed"):
        PaperTray(scene.context(fault)).fetch(BILL)
    assert scene.log.controls == [("papers.carried", False)]


def test_a_paper_that_the_article_lacks_is_its_makers_lack(scene):
    with pytest.raises(VehicleError, match=r"no paper 'none\.json' comes with the article"):
        PaperTray(scene.context()).fetch("none.json")


def test_a_paper_without_end_is_not_taken(scene):
    huge = {"papers": lambda name: bytes(LARGEST_PAPER + 1)}
    with pytest.raises(VehicleError, match="more than the 16777216 that are read"):
        PaperTray(scene.context(sockets=huge)).fetch(BILL)


# -- papers that lie beside the declaration


def test_without_papers_of_its_own_they_lie_beside_the_declaration(scene, tmp_path):
    (tmp_path / "hbom.json").write_bytes(b"{}")
    tray = PaperTray(scene.context(sockets={"papers": None}, documents=tmp_path))
    assert tray.fetch("hbom.json") == b"{}"


@pytest.mark.parametrize("kind", ["absent", "folder", "pipe", "huge"])
def test_a_file_that_is_none_is_the_users_fault(scene, tmp_path, kind):
    path = tmp_path / kind
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "huge":
            path.write_bytes(bytes(LARGEST_PAPER + 1))
    with pytest.raises(FileError, match="the declaration names it") as caught:
        PaperTray(scene.context(sockets={"papers": None}, documents=tmp_path)).fetch(kind)
    assert caught.value.path == path
