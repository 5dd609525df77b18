"""Reviews that were closed are, to the letter, what was kept."""

from collections.abc import Iterator

from metrics.models import Review
from metrics.models.dashboards import sha256_of
from productops.verify import Difference, check


@check("reviews")
def check_reviews() -> Iterator[Difference]:
    for review in Review.objects.closed().select_related("dashboard").iterator(100):
        found = sha256_of(review.content)
        if found != review.sha256:
            yield Difference("reviews", f"{review.pk} ({review})", found, review.sha256)
