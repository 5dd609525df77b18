"""What metrics counts about itself."""

from collections import defaultdict
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from metrics.choices import ImprovementState, Result
from metrics.models import Improvement, Verdict
from productops import clock
from productops.measures import Aggregation, Cadence, Direction, measure
from teams.choices import SubjectKind
from teams.models import Subject

BEFORE_LIVE = (ImprovementState.IDEA, ImprovementState.APPROVED)


@measure(
    "metrics.improvements-judged",
    name=_("Improvements with a verdict"),
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.MONTH,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.PRODUCT,
    purpose=_("Says whether we find out what our changes did, instead of assuming it."),
)
def improvements_judged(on: date) -> dict[int, tuple[float, float]]:
    """Improvements with a verdict over those that were live by then, for each subject and for
    the whole organisation. A verdict that is too early, or cannot tell, is none."""
    end = clock.start_of(on + date.resolution)
    told = Verdict.objects.filter(registration__improvement=OuterRef("pk"), judged_at__lt=end)
    told = told.exclude(result__in=(Result.TOO_EARLY, Result.UNCLEAR))
    live = Improvement.objects.filter(go_live_on__lte=on).exclude(state__in=BEFORE_LIVE)
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    whole = Subject.organisation().pk
    for subject, is_told in live.annotate(is_told=Exists(told)).values_list("subject", "is_told"):
        for one in {subject, whole}:
            counts[one][0] += is_told
            counts[one][1] += 1
    return {subject: (float(told), float(n)) for subject, (told, n) in counts.items()}
