"""Sources to curated documents: fetch, read, clean, deduplicate, decontaminate, scrub, split."""
