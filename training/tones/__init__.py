"""The network that tells how a picture's tones are drawn into white or into black: TONES_CARD.md."""
