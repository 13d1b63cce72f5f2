"""The car network: `python -m training.car.train`."""
