"""What every view of audits says when a state does not allow what was asked."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audits.refusals import NotNow


def telling_why(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer NotNow with a page that says why (409)."""

    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotNow as refusal:
            back = request.headers.get("Referer", "")
            context = {"reason": str(refusal), "back": request.path if not back else ""}
            return render(request, "audits/refused.html", context, status=409)

    return page
