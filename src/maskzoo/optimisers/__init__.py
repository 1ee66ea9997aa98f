"""Optimisers, one module each, found by the name of its module: `training.optimiser` in a recipe.

Every module has two functions:

    make(model, training) -> a torch.optim.Optimizer over the parameters of `model` that are trained
    flops(model) -> floating-point operations of one update beside a few for every number, for budgets and plans

The learning rate is set before each step, the same for all groups. What an optimiser must remember lies in
`state[parameter]` as tensors, so that checkpoints keep it without knowing which optimiser it is.
"""
