"""What several metrics share: parts of samples, ranks, sums of errors, the bridge to `evaluate`."""
