"""What adaptation methods share."""
