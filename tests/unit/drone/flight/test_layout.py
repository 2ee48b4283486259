from harness.drone.flight import layout as own
from harness.plant import layout as lay

WIDE = {"ESTIMATE": 13, "SNAPSHOT": 6, "SHARE": 4, "SHARE_YAW": 4, "LEAN": 2, "WIND": 2}
VECTORS = ("GYRO_BIAS", "TARGET", "SET_POS", "SET_VEL", "SET_ACC", "STEADY_ACC", "PULL", "RATE_WANTED", "RATE_SUM")
SIZES = {**WIDE, **dict.fromkeys((*VECTORS, "RATE_SMOOTH", "TWIST", "TARGET_VEL"), 3)}


def test_the_autopilots_places_follow_the_plants_without_overlap_or_gap():
    numbers = {name: value for name, value in vars(own).items() if name.isupper() and not name.startswith("_")}
    for name in ("STATE_SIZE", "PARAMETER_SIZE", "ESTIMATE_SIZE"):
        numbers.pop(name)
    split = list(numbers).index("POSITION_P")
    state, parameters = dict(list(numbers.items())[:split]), dict(list(numbers.items())[split:])
    taken = sorted(place + n for name, place in state.items() for n in range(SIZES.get(name, 1)))
    assert taken == list(range(lay.STATE_SIZE, own.STATE_SIZE))
    assert sorted(parameters.values()) == list(range(lay.PARAMETER_SIZE, own.PARAMETER_SIZE))
