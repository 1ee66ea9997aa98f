"""What a recipe costs before anything runs: tokens, operations, hours, memory, storage."""
