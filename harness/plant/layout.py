"""Places in the two arrays that every kernel works on; part of the kernels' source (see ``jit``).

``s`` is the state and ``p`` the parameters, both float64 and one-dimensional: plain arrays compile fast and are copied,
compared and stored with one call. An autopilot appends its own part behind ``STATE_SIZE`` and ``PARAMETER_SIZE``.

Axes: world north-east-down (NED), body front-right-down (FRD), SI units, radians. A place that holds a vector is the
place of its first component.
"""

# --- state: what RK4 integrates comes first ------------------------------------------------------------------------
POS = 0  # m, NED of the home point
VEL = 3  # m/s, NED
QUAT = 6  # w x y z, body to NED
RATE = 10  # rad/s, body
ROTOR = 13  # rad/s, four rotors
CHARGE = 17  # A s drawn from the pack
ENERGY = 18  # J delivered at the pack's terminals
SAG = 19  # V, slow (polarisation) part of the sag
INTEGRATED = 20

# --- state: inputs and what follows from the integrated part -------------------------------------------------------
FRAME = 20  # frames since power-on
MOTOR = 21  # commanded motor output, 0 to 1 of its range
STEADY = 25  # m/s, steady wind, NED, the direction it blows to
AIR = 28  # m/s, wind at the aircraft: steady and gusts
ON_GROUND = 31  # 1 while the gear touches
AIRBORNE = 32  # frames since the gear last touched
CONTACT_DOWN = 33  # m/s, at the last touch-down
CONTACT_LATERAL = 34  # m/s
CONTACT_TILT = 35  # rad
FORCE = 36  # m/s^2, specific force in body axes, mean of the frame
VOLTAGE = 39  # V, at the terminals
CURRENT = 40  # A
GUSTS = 41  # number of gusts in the list
GUST = 42  # start s, duration s, amplitude NED m/s: GUST_SIZE places each
GUST_SIZE = 5
GUST_CAPACITY = 64

# --- state: sensors ------------------------------------------------------------------------------------------------
GYRO = 362  # rad/s
ACCEL = 365  # m/s^2
BARO = 368  # m above home
BARO_NEW = 369  # 1 in a frame that brings a sample
HEADING = 370  # rad, clockwise from north; new with the barometer
GPS_POS = 371  # m, NED; one GPS period old when it is delivered
GPS_VEL = 374  # m/s, NED
GPS_NEW = 377
GPS_HELD = 378  # position and velocity sampled, not yet delivered
GYRO_BIAS = 384
ACCEL_BIAS = 387
HEADING_BIAS = 390
GPS_DRIFT = 391  # m, slow error of the position
BARO_DRIFT = 394  # m

WORK = 395  # scratch of RK4: stage state, derivative, sum
BEFORE = 455  # integrated state before the step
STATE_SIZE = 475

# --- parameters ----------------------------------------------------------------------------------------------------
DT = 0  # s
GRAVITY = 1  # m/s^2
MASS = 2  # kg
INERTIA = 3  # kg m^2, three principal moments
ROTOR_X = 6  # m, four rotors, front of the centre of mass
ROTOR_Y = 10  # m, right of it
SPIN = 14  # +1 where the reaction torque turns the body clockwise seen from above
THRUST = 18  # N s^2
TORQUE = 19  # N m s^2
INFLOW = 20  # N s^2/m, thrust lost per rotor speed and axial speed
ROTOR_DRAG = 21  # N s^2/m, in-plane force per rotor speed and in-plane speed
BODY_DRAG = 22  # N s^2/m^2, three body axes
MOTOR_LAG = 25  # s
ROTOR_MAX = 26  # rad/s at FULL_VOLTAGE
FULL_VOLTAGE = 27  # V
EMPTY_VOLTAGE = 28  # V, open circuit of the empty pack
CAPACITY = 29  # A s
RESISTANCE = 30  # ohm, immediate
SAG_RESISTANCE = 31  # ohm, slow
SAG_LAG = 32  # s
EFFICIENCY = 33  # of motor and controller
AVIONICS = 34  # W
FRICTION = 35  # of the gear on the ground
TIP_COSINE = 36  # cosine of the tilt beyond which the aircraft lies where it fell
GYRO_NOISE = 37  # rad/s, each sample
ACCEL_NOISE = 38  # m/s^2, each sample
BARO_NOISE = 39  # m
BARO_WANDER = 40  # m, standard deviation of the slow error
BARO_WANDER_LAG = 41  # s
BARO_STATIC = 42  # m per (m/s)^2 of airspeed
HEADING_NOISE = 43  # rad
GPS_NOISE = 44  # m, horizontal
GPS_NOISE_UP = 45  # m
GPS_WANDER = 46  # m, standard deviation of the slow error of each axis
GPS_WANDER_LAG = 47  # s
GPS_VEL_NOISE = 48  # m/s
BARO_FRAMES = 49  # frames between two samples
GPS_FRAMES = 50
PARAMETER_SIZE = 51
