"""The version of the package: the library's own."""

__version__ = "0.2.0"
