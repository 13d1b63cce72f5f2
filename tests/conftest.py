"""What all tests need of the process that they run in."""

import os
import signal

from hypothesis import settings

# Started in the background by a script, programs under test would inherit that, and nothing would ever interrupt them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A deadline measures the machine, not the code: one that is busy with other work trips it.
# CI takes the same examples every time; whoever runs the tests by hand looks at new ones.
settings.register_profile("headshot-check", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("headshot-check")
