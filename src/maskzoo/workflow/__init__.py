"""What the Snakefile asks of the zoo: options, targets, inputs, the slice of the recipe that each rule depends on."""
