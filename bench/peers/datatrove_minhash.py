"""datatrove's MinHash on one JSONL file, in an environment of its own: `python datatrove_minhash.py IN OUT`.

Its four steps with its own settings (5-word shingles, 14 bands of 8), one task each; writes the ids that stay to OUT.
`make peers` makes the environment, .peers/datatrove.
"""

import json
import sys
import tempfile
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    config = MinhashConfig()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        (folder / "in" / "documents.jsonl").symlink_to(source.resolve())
        read = JsonlReader(str(folder / "in"), doc_progress=False)
        steps = [
            ([read, MinhashDedupSignature(str(folder / "signatures"), config=config)], 1),
            ([MinhashDedupBuckets(str(folder / "signatures"), str(folder / "buckets"), config=config)], 14),
            ([MinhashDedupCluster(str(folder / "buckets"), str(folder / "remove"), config=config)], 1),
            ([read, MinhashDedupFilter(str(folder / "remove")), JsonlWriter(str(folder / "out"), compression=None)], 1),
        ]
        for number, (pipeline, tasks) in enumerate(steps):
            logs = str(folder / "logs" / str(number))
            LocalPipelineExecutor(pipeline=pipeline, tasks=tasks, workers=1, logging_dir=logs).run()
        kept = [json.loads(line)["id"] for file in sorted((folder / "out").glob("*.jsonl")) for line in file.open("rb")]
    target.write_text(json.dumps(kept))


if __name__ == "__main__":
    main()
