from pymavlink.dialects.v20 import ardupilotmega as mavlink

from harness.drone.mavlink.parts.shell import SerialShell


class Post:
    def __init__(self):
        self.sent = []

    def send(self, channel, messages, component):
        self.sent += messages


def ask(device, line):
    shell, post = SerialShell(), Post()
    shell.start(post)
    message = mavlink.MAVLink_serial_control_message(device, 2, 0, 0, len(line), list(line.ljust(70, b"\0")))
    shell.handlers["SERIAL_CONTROL"](None, message)
    return [bytes(each.data[: each.count]) for each in post.sent]


def test_it_answers_as_a_shell_does():
    (answer,) = ask(mavlink.SERIAL_CONTROL_DEV_SHELL, b"ls\n")
    assert answer.endswith(b"nsh> ") and b"dev/" in answer
    assert ask(mavlink.SERIAL_CONTROL_DEV_SHELL, b"\n") == [b"nsh> "]
    assert ask(mavlink.SERIAL_CONTROL_DEV_SHELL, b"x" * 70)[0].startswith(b"nsh: xxx")


def test_other_devices_stay_silent():
    assert ask(mavlink.SERIAL_CONTROL_DEV_GPS1, b"ls\n") == []
