"""What several task types share: settings of tasks, reading of labels and pairs, heads, columns of numbers."""
