"""The network that says whether a picture is a photograph of a person: `python -m training.medium.fit`."""
