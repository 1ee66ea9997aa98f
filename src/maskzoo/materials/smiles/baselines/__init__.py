"""Classical baselines for this material alone."""
