"""What `echo_gpu.read` is made of: manifests, tables, and the tables of other libraries."""
