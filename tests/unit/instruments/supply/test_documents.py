from harness.instruments.supply.documents import MakersPapers


def test_papers_come_from_the_article(scene):
    article = MakersPapers(scene.context(settings={})).describe_article(b"image", {"A": 1.0})
    assert (article.image, article.bill) == (b"image", scene.world.sockets.papers("sbom.cdx.json"))
