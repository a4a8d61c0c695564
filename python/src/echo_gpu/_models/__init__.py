"""Models: the hub's cache, and checkpoints of PyTorch."""
