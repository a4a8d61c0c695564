"""The kernels as compilers for GPUs see them: `python -m gpu` says how."""
