"""What a model knows without having been fine-tuned: one module a kind of probe.

A kind is a module with the names of `Probe` (maskzoo.probes.common.kind); docs/probes.md says how to add one.
"""
