"""The network of the cheap look: `python -m training.car.glance.train`."""
