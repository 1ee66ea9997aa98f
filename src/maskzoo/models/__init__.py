"""What is known about architectures, and the one door through which weights are loaded."""
