"""Masking policies, one module each: which positions are hidden. A policy is found by the name of its module.

Every policy module has a strict model of its settings and one pure function of arrays that needs no model and no file:

    class Settings(Strict)                                              what the recipe may say besides Masking's keys
    select(text, *, rate, settings, rng, state) -> hidden               (batch, length) booleans

    text      what may be looked at: ids, special tokens, words, tables (`common.text.Text`)
    rate      share of the ordinary positions to hide, between 0 and 1
    rng       numpy.random.Generator, keyed by (seed, step), the only source of chance
    state     what a policy that learns from the losses has learned; empty for the others

What else a module may have:

    tables(settings) -> tables that `maskzoo masking-tables` makes once for a corpus (`common.table.Table`)
    start(settings, vocabulary) -> state         arrays that go into every checkpoint
    learn(state, outcome, settings, rate) -> state        called after every step (`common.text.Outcome`)
    WHOLE = True                   it hides whole words, or other groups of tokens, that must not be torn apart

What is put in the hidden places is another question (`maskzoo.masking.common.corruption`), and so is how the rate
changes over a run (`maskzoo.recipe.mask_rate`). docs/masking.md lists the
policies, docs/new_method.md says how one is added.
"""
