"""Objectives, one module each: what is predicted, with which head. An objective is found by the name of its module.

Every objective module has one class `Objective(model)`, a `torch.nn.Module` around a `...ForMaskedLM`:

    forward(ids, positions, documents, hidden, labels) -> sum of the losses over the predicted positions, in nats

    ids        (batch, length) tokens after corruption
    positions  (batch, length) counted from 0 in every document
    documents  (batch, length) which document a token belongs to, or None where every row is one document
    hidden     (batch, length) booleans, the positions to predict
    labels     (predicted,) the original ids at those positions, in row order

The model inside is never changed: what is released is a plain transformers model.
"""
