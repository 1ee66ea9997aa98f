"""A zoo of masked language models, one per domain, and the pipeline that makes them."""

__version__ = "0.1.0"
