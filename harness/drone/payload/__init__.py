"""What the drone carries, as a physical model apart from any protocol: the gimbal under its camera.

Must not import ``harness.drone.mavlink`` or any other part of the drone, nor anything that ``harness.drone`` must not
import. Angles are radians in the aerospace order yaw, pitch, roll; north, east, down.
"""
