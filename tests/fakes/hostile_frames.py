"""MAVLink frames that nobody well-meaning sends; all of it follows from a ``random.Random``."""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

NUMBERS = sorted(mavlink.mavlink_map)
COMMANDS = sorted(mavlink.enums["MAV_CMD"])
SPECIAL = (0.0, 1.0, -1.0, float("nan"), float("inf"), -float("inf"), 1e38, 21196.0, 176.0)


def frame(number, payload, sender=(255, 190), flags=0):
    """A frame with a right checksum, whatever its payload is."""
    body = bytes([len(payload), flags, 0, 0, *sender]) + number.to_bytes(3, "little") + payload
    crc = mavlink.x25crc(body + bytes([mavlink.mavlink_map[number].crc_extra])).crc
    return b"\xfd" + body + crc.to_bytes(2, "little") + bytes(13 * flags)


def hostile(rng):
    """One frame: random, or a command with values at their ends, or mere noise."""
    kind = rng.random()
    if kind < 0.1:
        return rng.randbytes(rng.randrange(1, 300))
    if kind < 0.5:
        values = [rng.choice(SPECIAL) for _ in range(7)]
        target = rng.choice([(0, 0), (1, 0), (1, 1), (1, 100), (9, 1)])
        message = mavlink.MAVLink_command_long_message(*target, rng.choice(COMMANDS), rng.randrange(3), *values)
        return bytes(message.pack(mavlink.MAVLink(None, rng.choice([0, 1, 255]), rng.randrange(256))))
    payload = rng.randbytes(rng.choice([0, 1, 8, 40, 255]))
    return frame(rng.choice(NUMBERS), payload, (rng.randrange(256), rng.randrange(256)), rng.randrange(2))
