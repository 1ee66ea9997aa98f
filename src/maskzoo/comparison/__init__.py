"""Models against models: tables, statistics, pictures."""
