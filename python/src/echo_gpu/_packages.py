"""Packages that only some parts need: the extras of echo-gpu bring them."""

from __future__ import annotations


def missing_package(package: str, extra: str, more: str = "") -> ImportError:
    """Give the error for an optional package that is not installed.

    Parameters
    ----------
    package
        What was to be imported.
    extra
        The extra of echo-gpu that brings it.
    more
        Another package to install beside it.
    """
    command = f"pip install 'echo-gpu[{extra}]'" + (f" {more}" if more else "")
    return ImportError(f"{package} is not installed. Install it: {command}", name=package)
