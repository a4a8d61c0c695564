"""What ends a kernel's execution."""


class Stop(Exception):
    """The kernel did what it must not: an address out of bounds, a barrier that not all reach."""


class NotModelled(Exception):
    """The kernel is perhaps right, but uses what is not modelled here."""
