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
STEADY = 25  # m/s, steady wind, NED, the direction it blows to; with a profile or shear: at its reference height
AIR = 28  # m/s, wind at the aircraft: MEAN, GUSTING and TURBULENT
ON_GROUND = 31  # 1 while the gear touches
AIRBORNE = 32  # frames since the gear last touched
CONTACT_DOWN = 33  # m/s, at the last touch-down
CONTACT_LATERAL = 34  # m/s
CONTACT_TILT = 35  # rad
FORCE = 36  # m/s^2, specific force in body axes, mean of the frame
VOLTAGE = 39  # V, at the terminals
CURRENT = 40  # A
GUSTS = 41  # number of gusts in the list
GUST = 42  # start s, duration s, amplitude NED m/s, shape: GUST_SIZE places each
GUST_SIZE = 6
GUST_CAPACITY = 64

# --- state: sensors ------------------------------------------------------------------------------------------------
GYRO = 426  # rad/s
ACCEL = 429  # m/s^2
BARO = 432  # m above home
BARO_NEW = 433  # 1 in a frame that brings a sample
HEADING = 434  # rad, clockwise from north; new with the barometer
GPS_POS = 435  # m, NED; one GPS period old when it is delivered
GPS_VEL = 438  # m/s, NED
GPS_NEW = 441  # 1 in a frame that delivers a sample
GPS_HELD = 442  # position and velocity sampled, not yet delivered
GYRO_BIAS = 448
ACCEL_BIAS = 451
HEADING_BIAS = 454
GPS_DRIFT = 455  # m, slow error of the position
BARO_DRIFT = 458  # m
GPS_FIX = 459  # 1 while the receiver has a position
GPS_TAKEN = 460  # 1 in a frame in which a sample is taken, to be delivered one period later
GPS_TIME = 461  # s since power-on, when the sample delivered last was taken
GPS_HELD_TIME = 462  # s, of the sample not yet delivered; below 0: there is none
BARO_OFFSET = 463  # m, from BARO_RATE
GPS_GLITCH = 464  # m, NED, false offset of the position

# --- state: the air ------------------------------------------------------------------------------------------------
MEAN = 467  # m/s NED, at the aircraft: steady wind with profile, shear, swing and change of direction
GUSTING = 470  # m/s NED, sum of the gusts
TURBULENT = 473  # m/s NED
PROFILE = 476  # 0 none, 1 power law, 2 logarithmic
PROFILE_HEIGHT = 477  # m above ground, where the factor is 1
PROFILE_SHAPE = 478  # exponent, or roughness length in m
SHEAR = 479  # 1/s, north and east wind gained with each metre of height
SHEAR_HEIGHT = 481  # m, where the shear adds nothing
SWING = 482  # rad, amplitude of the slow swing of direction
SWING_PERIOD = 483  # s
SWING_START = 484  # s
TURN = 485  # rad, clockwise, change of direction
TURN_PERIOD = 486  # s, in which it happens
TURN_START = 487  # s
SPECTRUM = 488  # 0 no turbulence, 1 Dryden, 2 von Karman
SIGMA = 489  # m/s, along, across and up
LENGTH = 492  # m, along, across and up
FOLLOW_W20 = 495  # m/s, wind at 20 ft from which SIGMA follows the height; 0: SIGMA stays
FOLLOW_LENGTH = 496  # 1: LENGTH follows the height
ADVECTION = 497  # m/s, fixed; 0: the mean wind
EDDIES = 498  # states of the forming filters, four of each component, without unit
ALONG = 510  # m/s, turbulence along, across (right of) and up from the mean wind

WORK = 513  # scratch of RK4: stage state, derivative, sum
BEFORE = 573  # integrated state before the step
STATE_SIZE = 593

# --- parameters ----------------------------------------------------------------------------------------------------
DT = 0  # s
GRAVITY = 1  # m/s^2
MASS = 2  # kg
INERTIA = 3  # kg m^2, three principal moments
ROTOR_X = 6  # m, four rotors, front of the airframe's middle
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
MOTOR_HEALTH = 51  # four motors, share of the healthy speed that they reach
CENTRE = 55  # m, body, from the centre of mass to the middle of the airframe, where rotors and body drag act
BARO_RATE = 58  # m/s, false drift of the barometer
GPS_LOST = 59  # 1 while the receiver hears no satellites
PARAMETER_SIZE = 60
