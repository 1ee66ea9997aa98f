"""Objectives, one package each: what is predicted, with which loss and modules. Found by the name of the package.

The package itself says what can be said without torch, and is read with the recipe:

    Settings          its name and what can be set, a `maskzoo.recipe.objective.ObjectiveSettings`
    RELEASES          what a run that ends with it releases, where that is not "masked_lm"
    must_end(settings)  whether no other objective can follow it in a run, where that can be
    tables(settings)  the tables of the corpus that it needs, `maskzoo.masking.common.table.Table`, where it needs any

and `objective.py` in it has the class `Objective`, a `maskzoo.objectives.common.objective.Objective`, which owns all
else: its batches from (seed, step), extra modules, the loss, its FLOPs, figures of its own on the validation split, and
what is released. `mlm` is the smallest one.

Nothing of an objective stays in the model: what is released is a plain transformers model.
"""
