"""The network that tells what a tone curve did to a face: TONES_CARD.md."""
