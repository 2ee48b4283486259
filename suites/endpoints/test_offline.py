"""What the article does when it shall not, or cannot, use its network."""

from harness.instruments.vehicle.checklist import Plan
from harness.plugin.marks import requirement


@requirement("ENDP-02")
def test_silent_in_offline_mode(vehicle, network, measure, soak):
    """In offline mode nothing leaves: restarted, in flight, after it and while it stands for the declared time."""
    with network.offline() as silence:
        network.restart()
        with vehicle.hovering(at=soak.height):
            vehicle.linger(soak.flight)
        with vehicle.hung_up():
            network.soak(awake=soak.awake, longest=soak.longest)
    measure("offline_packets", silence.packets)
    measure("observed_duration", silence.hours)


@requirement("ENDP-12")
def test_flies_with_everything_else_blocked(vehicle, observer, truth, network, measure, outage):
    """Each function that safety rests on works with the network blocked as it does with the network up."""
    plan = Plan(height=outage.height, side=outage.side, fence=outage.fence, speed=outage.speed)
    twin = vehicle.fly_checklist(plan, truth, observer)
    with network.blocked(restart=outage.restart):
        checked = vehicle.fly_checklist(plan, truth, observer)
    measure("lost_functions", checked.lost_beside(twin))
    measure("failsafe_side_effects", checked.actions_beside(twin))
