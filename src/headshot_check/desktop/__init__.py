"""Drop on an icon: what each system needs so that photos and folders can be dropped on headshot-check."""
