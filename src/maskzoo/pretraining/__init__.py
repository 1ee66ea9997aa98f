"""The pretraining loop: data addressed by (seed, step), exact resume, plain transformers models."""
