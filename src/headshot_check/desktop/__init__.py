"""An icon to drop photos and folders on, for Linux, macOS and Windows."""
