"""Where to act next: proposed from what is stored, each with its reason and the lever that fits.

Nothing here is kept but a person's "not now". The order is a judgement, not a measurement: worse
than usual comes before out of reach, that before what is merely missing, and within each the
larger before the smaller.
"""

from metrics.opportunities.found import Found, found_for
from metrics.opportunities.noun import Opportunity

__all__ = ["Found", "Opportunity", "found_for"]
