"""Asking again until an answer comes: links lose frames, on purpose."""

from collections.abc import Callable

from harness.timing import Wait, World, wait_until

ASK_AGAIN_AFTER = 1.0


def ask(world: World, send: Callable[[int], None], answered: Callable[[], bool], wait: Wait) -> None:
    """Call ``send(n)`` with n = 0, 1, 2 ... once a second, until `answered`.

    Raises:
        HarnessError: the one named by ``wait.blame``, when no answer came in time.
    """
    attempt = 0

    def again() -> None:
        nonlocal attempt
        send(attempt)
        attempt += 1

    stop = world.schedule.every(ASK_AGAIN_AFTER, again, start=world.now())
    try:
        wait_until(world, answered, wait)
    finally:
        stop()
