"""Masking policies, one module each: which positions are hidden. A policy is found by the name of its module.

Every policy module has one function, a pure function of arrays that needs no model and no file:

    select(ids, *, special, rate, rng) -> hidden

    ids      (batch, length) integers, the tokens as they stand in the corpus
    special  (batch, length) booleans, true at the tokenizer's own tokens ([CLS], [SEP], ...): never hidden
    rate     share of the other positions to hide, between 0 and 1
    rng      numpy.random.Generator, keyed by (seed, step), the only source of chance
    hidden   (batch, length) booleans

What is put in the hidden places is another question: see `maskzoo.pretraining.corruption`.
"""
