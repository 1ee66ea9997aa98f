"""The release gate: what must hold of a release folder before anybody else may see it. One module a question."""
