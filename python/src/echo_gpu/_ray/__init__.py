"""What a Ray cluster has, and which GPUs it gave."""
