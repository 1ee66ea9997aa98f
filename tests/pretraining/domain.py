"""The recipe of a tiny domain whose texts are words in turns."""

RECIPE = """
title: Tiny
summary: Words in turns.
languages: [en]
corpus:
  sources: {words: {files: words.txt, licence: Apache-2.0, language: en, read: {format: txt}}}
tokenizers: {words: {design: wordpiece}}
bases:
  fresh:
    architecture: bert
    config: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 32}
variants:
  scratch: {base: fresh, tokenizer: words, title: From scratch}
  weighted: {base: fresh, tokenizer: words, masking: {policy: frequency_weighted, alpha: 0.7}}
training: {steps: 6, sequence_length: 16, batch_size: 4, evaluate_every: 3}
release: {name: tiny, variants: [scratch]}
scales: {demo: {}}
"""
