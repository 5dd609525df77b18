"""What people say on charts: notes, points left out, limits split and locked."""

from django.utils.translation import gettext as _
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics.actions import charts
from metrics.actions.notes import add_note, change_note, delete_note
from metrics.models import Exclusion, Note, Segment
from objectives.api.fields import SubjectField
from objectives.models import Series
from productops import clock
from productops.api import routes
from productops.api.fields import DateField, NumberField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import ReadViewSet, RecordViewSet


class NoteSerializer(RecordSerializer):
    subject = SubjectField(to_change=True)
    series = Visible(queryset=Series.objects.all(), required=False, allow_null=True)
    by = serializers.CharField(source="by.email", default=None, read_only=True)

    class Meta:
        model = Note
        fields = ["id", "subject", "series", "on", "text", "by", "version", "created_at"]
        read_only_fields = ["version"]

    def validate_on(self, on):
        if on > clock.today():
            raise serializers.ValidationError(_("This day has not come yet."))
        return on

    def validate(self, attrs):
        subject = attrs.get("subject") or getattr(self.instance, "subject", None)
        series = attrs.get("series")
        if series is not None and subject is not None and series.subject_id != subject.pk:
            raise serializers.ValidationError({"series": _("It is about another subject.")})
        return attrs

    def create(self, validated_data) -> Note:
        return add_note(**validated_data)

    def update(self, note: Note, validated_data) -> Note:
        by = validated_data.pop("by")
        before = {name: getattr(note, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(note, name, value)
        return change_note(note=note, by=by, before=before, after=validated_data)


class NoteViewSet(RecordViewSet):
    """What happened, numbered on charts."""

    queryset = Note.objects.select_related("subject", "by").order_by("-on", "-pk")
    serializer_class = NoteSerializer
    filterset_fields = ["series", "on"]

    def perform_destroy(self, note: Note) -> None:
        delete_note(note=note, by=self.request.user)


class OnChart(mixins.CreateModelMixin, mixins.DestroyModelMixin, ReadViewSet):
    """Rows that a person adds to a chart and takes back; they are not edited."""

    http_method_names = ["get", "head", "options", "post", "delete"]

    def perform_create(self, serializer) -> None:
        try:
            serializer.save(by=self.request.user)
        except charts.CannotSay as refusal:
            raise Problem(422, str(refusal), field=self.field) from refusal

    def check_object_permissions(self, request, obj) -> None:
        super().check_object_permissions(request, obj)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            mine = type(obj).objects.changeable_by(request.user)
            if not mine.filter(pk=obj.pk).exists():
                raise Problem(403, _("You may see this, but not change it."))


class ExclusionSerializer(RecordSerializer):
    series = Visible(queryset=Series.objects.all(), to_change=True)
    by = serializers.CharField(source="by.email", default=None, read_only=True)

    class Meta:
        model = Exclusion
        fields = ["id", "series", "period", "reason", "by", "at"]
        # Leaving out what is left out already changes nothing.
        validators: list = []

    def create(self, validated_data) -> Exclusion:
        return charts.exclude_point(**validated_data)


class ExclusionViewSet(OnChart):
    """Periods left out of the limits, each with its reason."""

    queryset = Exclusion.objects.select_related("by").order_by("-period", "-pk")
    serializer_class = ExclusionSerializer
    filterset_fields = ["series"]
    field = "period"

    def perform_destroy(self, row: Exclusion) -> None:
        charts.include_point(series=row.series, period=row.period, by=self.request.user)


class SegmentSerializer(RecordSerializer):
    series = Visible(queryset=Series.objects.all(), to_change=True)
    from_period = DateField()
    by = serializers.CharField(source="by.email", default=None, read_only=True)
    locked_by = serializers.CharField(source="locked_by.email", default=None, read_only=True)
    centre = NumberField(source="shown.centre", read_only=True)
    lower = NumberField(source="shown.lower", read_only=True)
    upper = NumberField(source="shown.upper", read_only=True)

    class Meta:
        model = Segment
        fields = [
            "id", "series", "from_period", "cause", "improvement", "centre", "lower", "upper",
            "mr_centre", "mr_upper", "n", "chart", "slope", "factors", "size", "baseline_until",
            "locked_at", "locked_by", "by",
        ]  # fmt: skip
        read_only_fields = [
            "improvement", "mr_centre", "mr_upper", "n", "chart", "slope", "factors", "size",
            "baseline_until", "locked_at",
        ]  # fmt: skip
        extra_kwargs = {"cause": {"required": True, "allow_blank": False}}
        validators: list = []

    def create(self, validated_data) -> Segment:
        period = validated_data.pop("from_period")
        return charts.split_limits(period=period, **validated_data)


class SegmentViewSet(OnChart):
    """Stretches of limits. POST splits, DELETE takes a person's split back, ``lock`` holds the
    limits as they are, ``release`` lets data move them again."""

    queryset = Segment.objects.select_related("by", "locked_by", "series").order_by("-pk")
    serializer_class = SegmentSerializer
    filterset_fields = ["series"]
    field = "from_period"

    def perform_destroy(self, row: Segment) -> None:
        self.told(lambda: charts.join_limits(segment=row, by=self.request.user))

    @action(detail=True, methods=["post"])
    def lock(self, request, pk=None) -> Response:
        segment = self.get_object()
        self.told(lambda: segment.lock(by=request.user))
        return Response(self.get_serializer(segment).data)

    @action(detail=True, methods=["post"])
    def release(self, request, pk=None) -> Response:
        segment = self.get_object()
        charts.release_limits(segment=segment, by=request.user)
        return Response(self.get_serializer(segment).data)

    def told(self, verb) -> None:
        try:
            verb()
        except ValueError as refusal:
            raise Problem(409, str(refusal)) from refusal


routes.register("notes", NoteViewSet)
routes.register("exclusions", ExclusionViewSet)
routes.register("segments", SegmentViewSet)
