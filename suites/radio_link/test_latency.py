"""How late commands and telemetry come."""

from harness.instruments.story import Story
from harness.plugin.marks import requirement


@requirement("RADIO-03")
def test_commands_and_telemetry_come_in_time(vehicle, radio, measure, latency):
    """Commands, telemetry and round trips keep the declared latency."""
    clocks = vehicle.compare_clocks()
    with radio.impaired(latency.values, Story()):
        taken = vehicle.time_commands(latency.samples, clocks)
    later = {**latency.values, "delay": latency.delay + latency.twin_delay}
    with radio.impaired(later, Story()):
        vehicle.assert_sees_delay(taken, vehicle.time_commands(latency.twin, clocks), latency.twin_delay)
    taken = vehicle.assert_clock_kept(taken, clocks)
    measure("command_p99", taken.p99("command"))
    measure("telemetry_p99", taken.p99("telemetry"))
    measure("round_trip_p99", taken.p99("round_trip"))
    measure("round_trip_max", taken.longest())
