"""What is known about architectures, one module each, and the one door through which weights are loaded.

A module says in `MODEL_TYPES` for which model types of transformers it speaks, and has a class `Architecture`, derived
from that of `maskzoo.models.common.architecture`, which says there what it must know. None needs torch before a method
is called, so that a recipe can be checked against a config.json without it.

Every other masked language model that transformers can load is served by `maskzoo.models.common.generic`, which proves
on the model at hand what it takes for granted of it.
"""

from maskzoo.models.common.known import objection as objection
from maskzoo.models.common.known import of as of
from maskzoo.models.common.known import trainable as trainable
from maskzoo.models.common.refusing import readable as readable
from maskzoo.models.common.refusing import refuse as refuse
