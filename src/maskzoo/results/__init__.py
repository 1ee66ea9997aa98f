"""Records of real runs: compact JSON files in git, and the pages and the picture that are written from them."""
