"""`import maskzoo.tuners` teaches PEFT the methods of this package that it lacks; then its own functions load them.

import maskzoo.tuners
from peft import PeftModel
model = PeftModel.from_pretrained(base, "path/to/adapter")
"""

from importlib import import_module
from importlib.util import find_spec

from maskzoo import registry

PACKAGE = "maskzoo.adaptation"

for _name in registry.names(PACKAGE):
    if find_spec(f"{PACKAGE}.{_name}").submodule_search_locations and find_spec(f"{PACKAGE}.{_name}.tuner"):  # type: ignore[union-attr]
        import_module(f"{PACKAGE}.{_name}.tuner")
