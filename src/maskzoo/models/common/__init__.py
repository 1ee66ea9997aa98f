"""What the modules of architectures share."""
