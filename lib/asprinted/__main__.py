"""The program: ``python -m asprinted``, and what its scripts call."""

import os
import signal
from types import FrameType


def main() -> None:
    """Run a command; control-C ends it in one line from the first moment to the last."""
    before = signal.getsignal(signal.SIGINT)
    stop = signal.SIG_IGN if before == signal.SIG_IGN else _stop
    signal.signal(signal.SIGINT, stop)
    from .cli import main as command

    signal.signal(signal.SIGINT, before)
    try:
        command()
    finally:
        signal.signal(signal.SIGINT, stop)


def _stop(number: int, frame: FrameType | None) -> None:
    """Say so and end, while nothing is written and no kernel runs."""
    os.write(2, b"Interrupted.\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
