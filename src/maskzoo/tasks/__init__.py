"""Tasks, fine-tuning, classical baselines, metrics, scoring and the comparison."""
