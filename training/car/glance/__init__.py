"""The small network that gives a second opinion: `python -m training.car.glance.train`."""
