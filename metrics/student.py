"""Student's t distribution. SciPy loads on first use: 15 MB that web processes never need."""


def quantile(share: float, freedom: float) -> float:
    """Return the value below which ``share`` (0 to 1) of Student's t lies."""
    from scipy.special import stdtrit  # noqa: PLC0415

    return float(stdtrit(freedom, share))


def two_sided_p(distance: float, freedom: float) -> float:
    """Return the share of Student's t that lies at least ``distance`` from 0 on either side."""
    from scipy.special import stdtr  # noqa: PLC0415

    return float(2 * stdtr(freedom, -abs(distance)))
