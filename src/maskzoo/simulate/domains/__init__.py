"""One generator a module: documents, tasks and the truth that was planted."""
