"""What probes share, and their commands."""
