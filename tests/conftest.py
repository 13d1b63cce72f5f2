"""What all tests need of the process that they run in."""

import signal

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # started in the background by a script: programs under test would
    signal.signal(signal.SIGINT, signal.default_int_handler)  # inherit it, and nothing would ever interrupt them
