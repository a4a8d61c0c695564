"""What a repaired wheel bundles: whose it is, under which licence, how large, and for how old a glibc."""
