"""The models that ECHO's authors published, by the short names that people call them."""

from __future__ import annotations

# As Sources/EchoHub/PublishedModel.swift has them.
PUBLISHED = {
    "echo-tiny": "yucongzh/echo-tiny-0828",
    "echo-small": "yucongzh/echo-small-0824",
}


def full_name(name: str) -> str:
    """Give ``ORG/NAME`` for a short name; all else as it is."""
    return PUBLISHED.get(name, name)
