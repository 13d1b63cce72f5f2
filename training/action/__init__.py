"""The network that tells a snapshot of somebody speaking or busy from a portrait: ACTION_CARD.md."""
