"""One module a format, found by its name: `USES` (options of `Read` that it takes) and `read(file, options)`."""
