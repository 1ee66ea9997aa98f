"""Published tables beside ours: a YAML a paper in `papers/`, records of our runs, a verdict a row."""
