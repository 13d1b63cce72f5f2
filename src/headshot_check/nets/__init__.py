"""One file per network: pixels in, typed result out. No limits, no words."""
