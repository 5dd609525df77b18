"""Files in and out by the API: ``imports/<kind>/`` and ``exports/<kind>.<format>``."""

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from productops import access
from productops.api import routes
from productops.exchange import kind_named
from productops.exchange_forms import ImportForm
from productops.exports import content_type, exported, formats_of
from productops.imports import run_import

OPERATORS = ("admin", "ops")


class Import(APIView):
    """Take in a file (multipart: ``file``, ``dry_run`` and the kind's options), whole or not at
    all: 200 with what was done, 422 with what was refused."""

    parser_classes = [MultiPartParser]
    roles = writers = OPERATORS

    @extend_schema(
        request={"multipart/form-data": OpenApiTypes.OBJECT}, responses=OpenApiTypes.OBJECT
    )
    def post(self, request, name: str) -> Response:
        data = request.data.copy()
        dry_run = data.pop("dry_run", ["0"])[-1] in ("1", "true")
        form = ImportForm(access.kind_to_take(request.user, name), data, request.FILES)
        check_names(form, data)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        sent = form.cleaned_data["file"]
        run, report = run_import(
            kind=form.kind,
            file=sent,
            name=sent.name,
            by=request.user,
            options=form.options(),
            dry_run=dry_run,
        )
        code = status.HTTP_422_UNPROCESSABLE_ENTITY if report.refused else status.HTTP_200_OK
        return Response({"id": run.pk, "state": run.state, **report.as_dict()}, status=code)


class Export(APIView):
    """What import takes back unchanged, as a file."""

    roles = OPERATORS

    @extend_schema(responses=OpenApiTypes.BINARY)
    def get(self, request, name: str, form: str) -> FileResponse:
        kind = kind_named(name)
        if kind is None or kind.give is None or form not in formats_of(kind):
            raise Http404
        file = exported(kind, form, request.user)
        return FileResponse(
            file, as_attachment=True, filename=f"{name}.{form}", content_type=content_type(form)
        )


def check_names(form: ImportForm, data) -> None:
    """Refuse options that the kind does not have."""
    unknown = {name: [_("There is no such option.")] for name in data if name not in form.fields}
    if unknown:
        raise serializers.ValidationError(unknown)


routes.add("imports/<slug:name>/", Import, "import")
routes.add("exports/<slug:name>.<slug:form>", Export, "export")
