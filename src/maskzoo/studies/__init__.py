"""Studies: a grid of variants of one domain, trained by the rules of all variants, and one table of what came out."""
