from harness.plant import layout as lay

GROUPS = {  # places of a vector quantity
    **dict.fromkeys(("POS", "VEL", "RATE", "STEADY", "AIR", "FORCE", "GYRO", "ACCEL", "GPS_POS", "GPS_VEL"), 3),
    **dict.fromkeys(("GYRO_BIAS", "ACCEL_BIAS", "GPS_DRIFT"), 3),
    **dict.fromkeys(("QUAT", "ROTOR", "MOTOR"), 4),
    **{"GUST": lay.GUST_SIZE * lay.GUST_CAPACITY, "GPS_HELD": 6},
    **{"WORK": 3 * lay.INTEGRATED, "BEFORE": lay.INTEGRATED},
    **dict.fromkeys(
        ("CHARGE", "ENERGY", "SAG", "FRAME", "ON_GROUND", "AIRBORNE", "CONTACT_DOWN", "CONTACT_LATERAL"), 1
    ),
    **dict.fromkeys(("CONTACT_TILT", "VOLTAGE", "CURRENT", "GUSTS", "BARO", "BARO_NEW", "HEADING", "GPS_NEW"), 1),
    **dict.fromkeys(("HEADING_BIAS", "BARO_DRIFT"), 1),
}


def test_places_of_the_state_neither_overlap_nor_leave_gaps():
    taken = sorted(
        place for name, size in GROUPS.items() for place in range(getattr(lay, name), getattr(lay, name) + size)
    )
    assert taken == list(range(lay.STATE_SIZE))
