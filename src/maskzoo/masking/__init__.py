"""Masking policies, one module each: which positions are hidden. A policy is found by the name of its module."""
