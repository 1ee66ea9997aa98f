"""Objectives, one module each: what is predicted, with which head. An objective is found by the name of its module.

Every objective module has one class `Objective(model)`, a `torch.nn.Module` around a `...ForMaskedLM`:

    forward(ids, positions, documents, hidden, labels) -> sum of the losses over the predicted positions, in nats

    ids        (batch, length) tokens after corruption
    positions  (batch, length) counted from 0 in every document
    documents  (batch, length) which document a token belongs to, or None where every row is one document
    hidden     (batch, length) booleans, the positions to predict
    labels     (predicted,) the ids wanted at those positions, in row order

One that chooses its own positions, as predicting the next token does, has beside it a pure function of arrays, and no
masking policy is asked:

    targets(batch) -> maskzoo.tokenization.windows.Targets

One that wants other windows than the packed ones makes them of a `maskzoo.pretraining.loop.Data`:

    arrange(data) -> an object with `batch(seed, step, size)`, as `maskzoo.tokenization.windows.Windows` has it

and an `Objective` that adds a head to the model has `detach()`, which takes it off; `report()` gives the log figures.

Before the first step it is told `mask_id`. One whose lowest layers leave masked positions out says how many they are in
`lower`, so that what they cost is counted right.

Nothing of an objective stays in the model: what is released is a plain transformers model.
"""
