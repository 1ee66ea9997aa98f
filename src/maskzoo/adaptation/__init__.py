"""Parameter-efficient adaptation, one module (or folder) a method: most of the model is frozen, little is trained.

A method is found by its name. Its module can be imported without torch and has

    Settings(Method)               its keys in a recipe, with `method: Literal[<name>]`
    merges(settings)               whether weights of the model's own shape can hold what was learned
    objection(model, settings)     why it cannot adapt this model, or None
    config(model, settings, ...)   a `peft.PeftConfig` for it

and, where a short run with every weight comes before it, `search_steps(settings)` and `prepare(moved, ...)`.

Methods that PEFT lacks bring their tuner in `<method>/tuner.py`; `import maskzoo.tuners` registers all of them with
PEFT, so `get_peft_model`, `save_pretrained`, `PeftModel.from_pretrained` and `merge_and_unload` work as for its own.

Layers are replaced inside the transformers model, which stays the same object: whoever walks its modules, as the
pretraining loop does, walks through the adapters.
"""
