"""Release folders as far as a push looks at them: a card, weights, and how it was made."""

import hashlib
import json

CARD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: fill-mask
tags: [maskzoo]
---

# A small model
"""


def write_folder(folder, *, domain="law", scale="demo", variant="adapted", weights=b"weights", **files):
    """Write (or write over) a release folder; further files by name, with `_` for the point."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"README.md": CARD.encode(), "model.safetensors": weights, "config.json": b"{}\n"}
    content |= {name.replace("_", "."): text for name, text in files.items()}
    for name, data in content.items():
        (folder / name).write_bytes(data)
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    made = {"domain": domain, "scale": scale, "variant": variant, "licence": "Apache-2.0", "files": sums}
    (folder / "how_it_was_made.json").write_text(json.dumps(made))
    return folder
