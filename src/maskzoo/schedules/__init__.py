"""Schedules, one module each: which objectives a run follows, one after the other. Found by the name of its module.

Every schedule module has `PHASES`, a tuple of `maskzoo.recipe.training.Phase`; `training.schedule: clm_detour` stands
for them. What a phase leaves open is the variant's: its objective, its masking, its learning rate.
"""
