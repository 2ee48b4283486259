"""Places of the autopilot behind the plant's part of the two arrays; a kernel source (see ``harness.plant.jit``).

Axes as in ``harness.plant.layout``: NED and FRD, SI units, radians.
"""

from harness.plant import layout as lay

# --- state ---------------------------------------------------------------------------------------------------------
ESTIMATE = lay.STATE_SIZE  # position, velocity, quaternion, rates, at the same distances as in the plant's state
ESTIMATE_SIZE = 13
_S = ESTIMATE + ESTIMATE_SIZE
GYRO_BIAS = _S  # rad/s, body
LIFT_BIAS = _S + 3  # m/s^2, of the accelerometer along world down
SNAPSHOT = _S + 4  # position and velocity estimated when the GPS took the sample under way
INNOVATION = _S + 10  # m, smoothed distance of GPS and estimate
DRIVE = _S + 11  # 0 motors stopped, 1 idle, 2 flying
TARGET = _S + 12  # m, NED, where the set-point goes
TARGET_YAW = _S + 15
CRUISE = _S + 16  # m/s, horizontal limit of the set-point
CLIMB = _S + 17  # m/s
DESCEND = _S + 18  # m/s
SET_POS = _S + 19  # m, NED set-point
SET_VEL = _S + 22  # m/s
SET_ACC = _S + 25  # m/s^2
SET_YAW = _S + 28
STEADY_ACC = _S + 29  # m/s^2, integral of the velocity error, NED
PULL = _S + 32  # m/s^2, wanted specific force, NED
RATE_WANTED = _S + 35  # rad/s
RATE_SUM = _S + 38  # rad/s^2, integral of the rate error
RATE_SMOOTH = _S + 41  # rad/s, low-passed gyro
TWIST = _S + 44  # rad/s^2, wanted angular acceleration
LIFT = _S + 47  # N, wanted collective thrust
LIFT_SMOOTH = _S + 48  # N
VOLTAGE_SMOOTH = _S + 49  # V
SHARE = _S + 50  # N, four motors: for roll and pitch
SHARE_YAW = _S + 54  # N, four motors
WEIGHT = _S + 59  # N, as the autopilot knows it
RESTING = _S + 58  # 1 while the drone believes that it stands on the ground
TOUCHING_DOWN = _S + 60  # 1 near the ground in a landing: steering may not add lift
COURSE = _S + 61  # of the horizontal set-point: 0 to the target, 1 at a velocity, 2 none: lean as told
COURSE_UP = _S + 62  # 0 to the target, 1 at a velocity, 2 none: lift as told
COURSE_YAW = _S + 63  # 0 to the target, 1 at a rate
TARGET_VEL = _S + 64  # m/s, NED, for course 1
TARGET_YAW_RATE = _S + 67  # rad/s
LEAN = _S + 68  # rad, forward and right of the heading, for course 2
THROTTLE = _S + 70  # 0 to 1, 0.5 carries the weight, for course 2
WIND = _S + 71  # m/s, estimated, north and east, where it blows to
GPS_AGE = _S + 73  # s since a sample was last believed
GPS_SILENT = _S + 74  # s since a sample last came
STATE_SIZE = _S + 75

# --- parameters ----------------------------------------------------------------------------------------------------
_P = lay.PARAMETER_SIZE
POSITION_P = _P  # 1/s
VELOCITY_P = _P + 1  # 1/s
VELOCITY_I = _P + 2  # 1/s^2
HEIGHT_P = _P + 3  # 1/s
CLIMB_P = _P + 4  # 1/s
CLIMB_I = _P + 5  # 1/s^2
ATTITUDE_P = _P + 6  # 1/s
YAW_P = _P + 7  # 1/s
RATE_P = _P + 8  # 1/s
RATE_I = _P + 9  # 1/s^2
RATE_D = _P + 10  # of the low-passed angular acceleration
YAW_RATE_P = _P + 11  # 1/s
TILT_TANGENT = _P + 12  # of the greatest commanded tilt
SET_POINT_ACC = _P + 13  # m/s^2
CATCH_UP = _P + 14  # m/s, greatest speed asked to close a position error
MOTOR_THRUST = _P + 15  # N, of one healthy motor with a full pack
TORQUE_RATIO = _P + 16  # m
IDLE = _P + 17  # motor output while armed on the ground
RATE_SMOOTHING = _P + 18  # 1/s, corner of the gyro's low-pass
STEADY_LIMIT = _P + 19  # m/s^2, greatest integral of the velocity error
KNOWN_MASS = _P + 20  # kg, as the autopilot was told
DRAG = _P + 21  # 1/s, in-plane deceleration by airspeed: the rotors' part, at hover
DRAG_SQUARE = _P + 22  # 1/m, by the square of the airspeed: the body's part
GPS_GATE = _P + 23  # m, how far from the estimate a sample is still believed
PARAMETER_SIZE = _P + 24
