"""Where the article sends to."""

from harness.plugin.marks import requirement


@requirement("ENDP-01")
def test_sends_to_declared_endpoints_only(vehicle, network, measure, exercise):
    """From first power-on over idle, flight and after to an update check, nothing goes to an undeclared endpoint."""
    with network.state("first boot"):
        network.boot(until=exercise.boot)
    with network.state("idle"):
        vehicle.linger(exercise.idle)
    with network.state("flight"), vehicle.hovering(at=exercise.height):
        vehicle.linger(exercise.flight)
    with network.state("after flight"):
        vehicle.linger(exercise.after)
    with network.state("update check"):
        network.check_for_update(within=exercise.check)
    sent = network.audit()
    measure("undeclared_flows", sent.undeclared_flows)
    measure("undeclared_bytes", sent.undeclared_bytes)
