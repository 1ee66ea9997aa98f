"""What several baselines share: features, and choices on validation."""
