"""Pages of collections: ``?page=`` from 1 and ``?page_size=`` up to 500."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination

from productops.api.problems import Problem


class Pages(PageNumberPagination):
    """A page beyond the last is 404; a page size that is no whole number from 1 on is 400; more
    than 500 rows are given in pages of 500."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def get_page_size(self, request) -> int:
        sent = request.query_params.get(self.page_size_query_param)
        if sent is None:
            return self.page_size
        if not (sent.isascii() and sent.isdigit()) or int(sent[:9]) == 0:
            raise Problem(400, _("Write a whole number from 1 to 500."), field="page_size")
        return min(int(sent[:9]), self.max_page_size)

    def get_page_number(self, request, paginator) -> str:
        sent = request.query_params.get(self.page_query_param) or "1"
        if not is_whole(sent):
            raise NotFound(_("There is no such page."))
        return sent


def is_whole(text: str) -> bool:
    """Whether a text is a whole number in plain digits."""
    return text.isascii() and text.isdigit() and len(text) <= 18
