"""What `echo_gpu.siren` is made of."""
