"""What a job asks of a cluster: memory, time, GPUs and partition, from the recipe's scale and the model's size."""
