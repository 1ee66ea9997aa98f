"""What a model knows without having been fine-tuned: one module a kind of probe."""
