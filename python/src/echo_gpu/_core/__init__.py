"""The library from Python: its functions, its encoders, and calls that can be interrupted."""
