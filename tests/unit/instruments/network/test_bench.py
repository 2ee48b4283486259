from harness.instruments.network.bench import NetworkBench


def test_the_verbs_of_all_parts_work_on_one_wire(scene):
    bench = NetworkBench(scene.context())
    scene.world.power_on()
    with bench.state("boot"):
        bench.boot(until=5.0)
    with bench.blocked(restart=False):
        scene.run(31.0)
    with bench.offline() as silence:
        bench.restart()
    sent = bench.audit()
    assert (sent.undeclared_flows, silence.packets) == (0, 0)
    assert bench.touring(idle=1.0, gap=1.0).new_endpoints() == 0
    assert all(ok for _, ok in scene.log.controls)


def test_a_fault_of_a_part_is_none_of_the_tap(scene):
    assert NetworkBench(scene.context("porous"))._capture._fault is None
