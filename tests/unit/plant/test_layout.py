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
    **dict.fromkeys(("HEADING_BIAS", "BARO_DRIFT", "BARO_OFFSET"), 1),
    **dict.fromkeys(("GPS_FIX", "GPS_TAKEN", "GPS_TIME", "GPS_HELD_TIME"), 1),
    **dict.fromkeys(("GPS_GLITCH", "MEAN", "GUSTING", "TURBULENT", "SIGMA", "LENGTH", "ALONG"), 3),
    **dict.fromkeys(("PROFILE", "PROFILE_HEIGHT", "PROFILE_SHAPE", "SHEAR_HEIGHT", "SWING", "SWING_PERIOD"), 1),
    **dict.fromkeys(("SWING_START", "TURN", "TURN_PERIOD", "TURN_START", "SPECTRUM", "FOLLOW_W20"), 1),
    **dict.fromkeys(("FOLLOW_LENGTH", "ADVECTION"), 1),
    **{"SHEAR": 2, "EDDIES": 12},
}


def test_places_of_the_state_neither_overlap_nor_leave_gaps():
    taken = sorted(
        place for name, size in GROUPS.items() for place in range(getattr(lay, name), getattr(lay, name) + size)
    )
    assert taken == list(range(lay.STATE_SIZE))


PARAMETERS = {
    **dict.fromkeys(("INERTIA", "BODY_DRAG", "CENTRE"), 3),
    **dict.fromkeys(("ROTOR_X", "ROTOR_Y", "SPIN", "MOTOR_HEALTH"), 4),
}


def test_places_of_the_parameters_neither_overlap_nor_leave_gaps():
    numbers = {name: value for name, value in vars(lay).items() if name.isupper()}
    names = list(numbers)[list(numbers).index("DT") : -1]
    taken = sorted(numbers[name] + n for name in names for n in range(PARAMETERS.get(name, 1)))
    assert taken == list(range(lay.PARAMETER_SIZE))
