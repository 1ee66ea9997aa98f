"""Tokenizers trained, reused or extended, audited, and documents packed into shards of token ids."""
