"""What all tests need of the process that they run in."""

import signal

# Started in the background by a script, programs under test would inherit that, and nothing would ever interrupt them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
