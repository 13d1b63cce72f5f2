"""How the networks of this project were made; nothing of it is installed."""
