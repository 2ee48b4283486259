"""What differs between autopilots, one small file each. Must import nothing but ``harness.vehicle.dialect``."""
