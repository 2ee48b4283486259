from harness.instruments.documents import MakersPapers


def test_papers_are_read_by_name(scene):
    assert MakersPapers(scene.context()).read_paper("sbom.cdx.json") == scene.world.sockets.bill()
