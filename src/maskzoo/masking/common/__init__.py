"""What masking policies share: draws, tables, taggers, and the masker that uses a policy."""
