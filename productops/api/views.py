"""What the collections of the API have in common: whose rows, which conditions, which verbs."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import mixins, status
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from productops.api.problems import Problem
from productops.models import stale_or_current

ALWAYS_KNOWN = {"page", "page_size", "format"}


class ReadViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """Rows that a person may see. Give ``queryset`` and ``serializer_class``; filters by
    ``filterset_fields`` or ``filterset_class``. A row that is not theirs is not there (404)."""

    def get_queryset(self):
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.visible_to(self.request.user)

    def list(self, request, *args, **kwargs):
        self.check_parameters(request)
        return super().list(request, *args, **kwargs)

    def check_parameters(self, request) -> None:
        """Refuse query parameters that nothing reads: a filter that is misspelt is no filter."""
        for name in request.query_params:
            if name not in ALWAYS_KNOWN | self.known_parameters():
                raise Problem(400, _("There is no such filter."), field=name)

    def known_parameters(self) -> set[str]:
        backend = self.filter_backends[0]()
        filters = backend.get_filterset_class(self, self.queryset)
        return set(filters().form.fields) if filters else set()

    def retrieve(self, request, *args, **kwargs):
        row = self.get_object()
        return self.tagged(row, Response(self.get_serializer(row).data))

    def tagged(self, row, response: Response) -> Response:
        """The answer with the version as its ETag, for a later If-Match."""
        if version := getattr(row, "version", None):
            response["ETag"] = f'"{version}"'
        return response


class RecordViewSet(
    mixins.CreateModelMixin, mixins.UpdateModelMixin, mixins.DestroyModelMixin, ReadViewSet
):
    """Rows that people may change, through the app's own verbs.

    * The serializer's ``create`` and ``update`` get ``by`` among their data and call the verbs.
    * Whoever sees a row and may not change it gets 403: asked of ``changeable_by`` where the
      rows have it, else only those who change all.
    * ``If-Match: "7"`` that no longer holds is 412, ``"version": 7`` in the body is 409; two
      writers at once are never both right.
    * ``delete`` calls the row's own verb ``discard(by=)`` where it has one.
    """

    http_method_names = ["get", "head", "options", "post", "put", "patch", "delete"]

    def check_object_permissions(self, request, obj) -> None:
        super().check_object_permissions(request, obj)
        if request.method in SAFE_METHODS:
            return
        if not self.may_change(request.user, obj):
            raise PermissionDenied(_("You may see this, but not change it."))
        if version := getattr(obj, "version", None):
            check_condition(request, version)  # also of verbs that are no edit, as closing

    def may_change(self, person, row) -> bool:
        rows = type(row)._default_manager.all()
        if hasattr(rows, "changeable_by"):
            return rows.changeable_by(person).filter(pk=row.pk).exists()
        return person.changes_all

    @transaction.atomic
    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        row = serializer.save(by=request.user)
        fresh = self.get_serializer(self.get_queryset().filter(pk=row.pk).first() or row)
        return self.tagged(row, Response(fresh.data, status=status.HTTP_201_CREATED))

    @transaction.atomic
    def update(self, request, *args, **kwargs):
        row = self.get_object()
        serializer = self.get_serializer(
            row, data=request.data, partial=kwargs.pop("partial", False)
        )
        serializer.is_valid(raise_exception=True)
        self.claim(row)
        serializer.save(by=request.user)
        fresh = self.get_queryset().filter(pk=row.pk).first() or row
        return self.tagged(fresh, Response(self.get_serializer(fresh).data))

    @transaction.atomic
    def destroy(self, request, *args, **kwargs):
        row = self.get_object()
        self.claim(row)
        self.perform_destroy(row)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def perform_destroy(self, row) -> None:
        if hasattr(row, "discard"):
            row.discard(by=self.request.user)
        else:
            row.delete()

    def claim(self, row) -> None:
        """Take the next version of a row, or refuse because somebody else took it before."""
        version = getattr(row, "version", None)
        if version is None:
            return
        check_condition(self.request, version)
        if not stale_or_current(type(row)._default_manager.filter(pk=row.pk), version):
            raise Problem(409, _("Somebody else changed this just now. Read it again."))
        row.version = version + 1


def check_condition(request, version: int) -> None:
    """Refuse a write whose sender has read an older version."""
    condition = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if condition not in ("", "*", str(version)):
        raise Problem(412, _("This has changed since you read it."), version=version)
    sent = request.data.get("version") if hasattr(request.data, "get") else None
    if sent is not None and sent != version:
        raise Problem(
            409, _("This has changed since you read it."), field="version", version=version
        )
