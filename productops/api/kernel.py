"""What the kernel itself offers: the collections' names, work, search, trace, tokens, changes."""

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from productops.api import routes
from productops.api.fields import TextField, WholeField
from productops.api.problems import Problem
from productops.api.serializers import StrictSerializer
from productops.api.tokens import make_token, revoke_token
from productops.api.views import ReadViewSet
from productops.clock import today
from productops.models import ApiToken, ChangeEntry
from productops.search import search
from productops.trace import walk
from productops.work import tasks_of


class Root(APIView):
    """The names and addresses of all collections."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request) -> Response:
        found = {name: reverse(f"api:{name}-list") for name in routes.collections()}
        return Response({name: request.build_absolute_uri(url) for name, url in found.items()})


class TaskSerializer(serializers.Serializer):
    kind = serializers.CharField()
    title = serializers.CharField()
    verb = serializers.CharField()
    url = serializers.CharField()
    due = serializers.DateField(allow_null=True)
    detail = serializers.CharField()


class Work(APIView):
    """What waits for the person, by due date."""

    @extend_schema(responses=TaskSerializer(many=True))
    def get(self, request) -> Response:
        tasks = tasks_of(request.user, today())
        return Response({"results": TaskSerializer(tasks, many=True).data})


class HitSerializer(serializers.Serializer):
    kind = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    detail = serializers.CharField()


class Search(APIView):
    """Records whose name or text holds all words of ``q``; ``type`` narrows to one noun."""

    @extend_schema(
        parameters=[OpenApiParameter("q", str, required=True), OpenApiParameter("type", str)],
        responses=HitSerializer(many=True),
    )
    def get(self, request) -> Response:
        text = request.query_params.get("q", "")
        if not text.strip():
            raise Problem(400, _("Write what to look for."), field="q")
        hits = search(request.user, text, kind=request.query_params.get("type", ""), limit=50)
        return Response({"results": HitSerializer(hits, many=True).data})


class NodeSerializer(serializers.Serializer):
    kind = serializers.CharField()
    id = serializers.IntegerField()
    title = serializers.CharField()
    url = serializers.CharField()
    detail = serializers.CharField()


class Trace(APIView):
    """The chain around one row: nodes, edges from newer to older, and how many are hidden."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request, kind: str, pk: int) -> Response:
        found = walk(request.user, kind, pk)
        nodes = [node for _noun, column in found.columns() for node in column]
        edges = [{"newer": name(newer), "older": name(older)} for newer, older in found.edges]
        return Response(
            {
                "start": name(found.start),
                "nodes": [{"key": name((n.kind, n.id)), **NodeSerializer(n).data} for n in nodes],
                "edges": sorted(edges, key=lambda edge: (edge["older"], edge["newer"])),
                "hidden": found.hidden,
            }
        )


def name(key: tuple[str, int]) -> str:
    """One text for a node: ``gap:12``."""
    return f"{key[0]}:{key[1]}"


class TokenSerializer(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    name = TextField(max_length=100, required=False, default="", allow_blank=True)
    scope = serializers.ChoiceField(choices=ApiToken.Scope.choices)
    expires_days = WholeField(low=1, high=3650, required=False, write_only=True)
    prefix = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)
    used_at = serializers.DateTimeField(read_only=True)


class TokenViewSet(
    mixins.ListModelMixin, mixins.CreateModelMixin, mixins.DestroyModelMixin, GenericViewSet
):
    """The person's own tokens. A secret is told once, in the answer to POST; DELETE revokes."""

    queryset = ApiToken.objects.all()
    serializer_class = TokenSerializer
    needs_admin_scope = True
    writers = ("admin", "ops", "pm", "exec")

    def get_queryset(self):
        return ApiToken.objects.of(self.request.user).alive().order_by("-pk")

    def create(self, request, *args, **kwargs) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        token, secret = make_token(request.user, **serializer.validated_data)
        body = self.get_serializer(token).data | {"token": secret}
        return Response(body, status=status.HTTP_201_CREATED)

    def perform_destroy(self, token: ApiToken) -> None:
        revoke_token(token, by=self.request.user)


class ChangeSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.name", default=None)

    class Meta:
        model = ChangeEntry
        fields = ["id", "at", "by", "kind", "row", "title", "verb", "before", "after"]


class ChangeViewSet(ReadViewSet):
    """The change log, newest first."""

    queryset = ChangeEntry.objects.select_related("by").order_by("-pk")
    serializer_class = ChangeSerializer
    filterset_fields = ["kind", "row", "verb"]
    roles = ("admin", "ops")


routes.register("tokens", TokenViewSet)
routes.register("changes", ChangeViewSet)
routes.add("work/", Work)
routes.add("search/", Search)
routes.add("trace/<slug:kind>/<int:pk>/", Trace)
