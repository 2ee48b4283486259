"""Autopilots that run as programs: where they come from, in our plant or in their own physics. ArduPilot and PX4.

May import ``container`` beside it, for a program in an image.
"""
