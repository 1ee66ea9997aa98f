"""The release folder: weights, tokenizer, model card and how it was made."""
