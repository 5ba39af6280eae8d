"""How far a share of repeated simulations may lie from the true one by chance alone."""

from math import sqrt

FEW_ERRORS = 2.5


def monte_carlo_error(share: float, times: int) -> float:
    """Standard error of a share counted in so many simulations."""
    return sqrt(share * (1 - share) / times)


def lowest(share: float, times: int, *, errors: float = FEW_ERRORS) -> float:
    """Below this, so many simulations speak against the share."""
    return share - errors * monte_carlo_error(share, times)


def highest(share: float, times: int, *, errors: float = FEW_ERRORS) -> float:
    """Above this, so many simulations speak against the share."""
    return share + errors * monte_carlo_error(share, times)
