import pytest

from harness.errors import RigError
from harness.instruments.network.bench import NetworkBench


def bench_of(scene, fault=""):
    bench = NetworkBench(scene.context(fault))
    scene.world.power_on()
    return bench


@pytest.mark.parametrize("restart", [False, True])
def test_nothing_passes_and_the_article_tried(scene, restart):
    bench = bench_of(scene)
    with bench.blocked(restart=restart):
        scene.run(60.0)
    assert scene.log.controls == [
        ("twin.talks_before", True), ("capture.complete", True), ("block.met", True), ("block.tight", True)
    ]  # fmt: skip
    assert bench._line.talks()


def test_a_block_that_blocks_nothing_is_found_out(scene):
    bench = bench_of(scene, "porous")
    with pytest.raises(RigError, match=r"block\.met failed: .*, 0 were dropped"), bench.blocked(restart=False):
        scene.run(60.0)


def test_where_nothing_was_sent_nothing_was_blocked(scene):
    bench = bench_of(scene)
    with pytest.raises(RigError, match=r"block\.met failed: .* sent 0 frames"), bench.blocked(restart=False):
        scene.world.sockets.companion.set_offline(True)
        scene.run(60.0)
