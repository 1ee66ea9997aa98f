"""Pictures, one module a kind: each takes plain values, so that none knows a stage; `style` says how they look."""
