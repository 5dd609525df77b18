"""Who is told of what: alerts as they came, subscriptions by the verbs of the pages."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from metrics import digest, telling_access
from metrics.actions import channels
from metrics.actions import subscriptions as actions
from metrics.api.filters import SubjectFilters
from metrics.choices import AlertsWhen
from metrics.models import Alert, Channel, Dashboard, Subscription
from objectives.api.fields import PersonField
from objectives.models import Series
from productops import clock
from productops.api import routes
from productops.api.fields import SmallField, TextField
from productops.api.problems import Problem
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import ReadViewSet, RecordViewSet

READERS = ("admin", "ops", "pm", "exec")


class AlertSerializer(serializers.ModelSerializer):
    kpi = serializers.CharField(source="series.kpi.slug")
    subject = serializers.CharField(source="series.subject.reference")
    signals = serializers.ListField(source="names", child=serializers.CharField())

    class Meta:
        model = Alert
        fields = [
            "id", "series", "kpi", "subject", "since", "seen_in", "side", "variation", "signals",
            "value", "raised_at", "told_at", "over_at", "is_withdrawn", "seen_at",
        ]  # fmt: skip


class AlertFilters(SubjectFilters):
    day = "since"
    open = filters.BooleanFilter(
        field_name="over_at", lookup_expr="isnull", label=_("only those that last")
    )

    class Meta:
        model = Alert
        fields = ["series", "variation"]


class AlertViewSet(ReadViewSet):
    """Episodes of signals: raised on the first point, over when the signal is."""

    queryset = Alert.objects.of_kept().select_related("series__kpi", "series__subject")
    queryset = queryset.order_by("-raised_at", "-pk")
    serializer_class = AlertSerializer
    filterset_class = AlertFilters
    http_method_names = ["get", "head", "options", "post"]
    writers = READERS

    @action(detail=True, methods=["post"])
    def see(self, request, pk=None) -> Response:
        """Its owner has looked at it."""
        alert = telling_access.alert_to_see(request.user, self.get_object().pk)
        alert.see(by=request.user)
        return Response(self.get_serializer(alert).data)


class SubscriptionSerializer(RecordSerializer):
    person = PersonField(required=False, allow_null=True)
    channel = Visible(queryset=Channel.objects.all(), required=False, allow_null=True)
    dashboard = Visible(
        key="slug", queryset=Dashboard.objects.all(), required=False, allow_null=True
    )
    series = Visible(queryset=Series.objects.all(), required=False, allow_null=True)
    alerts = serializers.ChoiceField(choices=AlertsWhen.choices, required=False)
    weekday = SmallField(high=6, required=False)
    hour = SmallField(high=23, required=False)
    quiet_from = SmallField(high=23, required=False, allow_null=True)
    quiet_until = SmallField(high=23, required=False, allow_null=True)

    class Meta:
        model = Subscription
        fields = [
            "id", "person", "address", "channel", "dashboard", "series", "alerts", "is_weekly",
            "weekday", "hour", "quiet_from", "quiet_until", "confirmed_at", "paused_at", "next_at",
            "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["confirmed_at", "paused_at", "next_at", "version"]
        validators: list = []

    def validate(self, attrs):
        if self.instance is not None:
            fixed = {"person", "address", "channel", "dashboard", "series"} & attrs.keys()
            if fixed:
                said = _("Who it is for and what about stay as they are; make another one.")
                raise serializers.ValidationError(dict.fromkeys(fixed, said))
        else:
            self.check_reader(attrs)
        quiet = [self.value(attrs, name) is None for name in ("quiet_from", "quiet_until")]
        if quiet[0] != quiet[1]:
            said = _("Quiet hours have a beginning and an end.")
            raise serializers.ValidationError({"quiet_until": said})
        return attrs

    def value(self, attrs, name: str):
        return attrs.get(name, getattr(self.instance, name, None))

    def check_reader(self, attrs) -> None:
        """One reader, one thing; nobody named means oneself."""
        named = [name for name in ("person", "address", "channel") if attrs.get(name)]
        if not named:
            attrs["person"] = self.context["request"].user
        if len(named) > 1:
            said = _("Choose a person, or an address, or a channel.")
            raise serializers.ValidationError({named[1]: said})
        if attrs.get("dashboard") and attrs.get("series"):
            said = _("Choose a dashboard or a KPI, not both.")
            raise serializers.ValidationError({"series": said})
        if named and named[0] != "person" and not (attrs.get("dashboard") or attrs.get("series")):
            raise serializers.ValidationError({"dashboard": _("Choose a dashboard or a KPI.")})

    def create(self, validated_data) -> Subscription:
        with_fields = {"alerts": AlertsWhen.NOW} | validated_data
        return told(lambda: actions.subscribe(**with_fields))

    def update(self, subscription: Subscription, validated_data) -> Subscription:
        by = validated_data.pop("by")
        before = {name: getattr(subscription, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(subscription, name, value)
        return told(
            lambda: actions.change(
                subscription=subscription, by=by, before=before, after=validated_data
            )
        )


def told(verb):
    """Do it; what cannot be is a refusal that names the field."""
    try:
        return verb()
    except ValidationError as refusal:
        raise serializers.ValidationError(refusal.message_dict) from refusal


class SubscriptionViewSet(RecordViewSet):
    """Who hears of what, how often. Whoever does not run product operations sees and makes their
    own. ``preview`` is the weekly digest as it would go out now."""

    queryset = Subscription.objects.with_names().order_by("pk")
    serializer_class = SubscriptionSerializer
    filterset_fields = ["person", "dashboard", "series", "alerts"]
    roles = READERS
    writers = READERS

    def perform_destroy(self, subscription: Subscription) -> None:
        actions.remove(subscription=subscription, by=self.request.user)

    @action(detail=True, methods=["post"])
    def pause(self, request, pk=None) -> Response:
        return self.done(actions.pause)

    @action(detail=True, methods=["post"])
    def resume(self, request, pk=None) -> Response:
        return self.done(actions.resume)

    def done(self, verb) -> Response:
        subscription = self.get_object()
        verb(subscription=subscription, by=self.request.user)
        return self.tagged(subscription, Response(self.get_serializer(subscription).data))

    @action(detail=True, methods=["get"])
    def preview(self, request, pk=None) -> Response:
        subscription = self.get_object()
        if subscription.channel_id:
            raise Problem(409, _("A channel gets no mail."))
        mail = digest.weekly(subscription, clock.today())
        return Response({"subject": mail.subject, **mail.context})


class ChannelSerializer(RecordSerializer):
    """The address is written and never read."""

    owner = PersonField(required=False)
    address = TextField(max_length=2_000, write_only=True)

    class Meta:
        model = Channel
        fields = [
            "id", "name", "address", "owner", "tested_at", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["tested_at", "version"]

    def create(self, validated_data) -> Channel:
        validated_data.setdefault("owner", validated_data["by"])
        return told(lambda: channels.make_channel(**validated_data))

    def update(self, channel: Channel, validated_data) -> Channel:
        by, address = validated_data.pop("by"), validated_data.pop("address", "")
        before = {name: getattr(channel, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(channel, name, value)
        return told(
            lambda: channels.change_channel(
                channel=channel, by=by, before=before, after=validated_data, address=address
            )
        )


class ChannelViewSet(RecordViewSet):
    """Rooms of chat programs. ``try`` sends a message that says that it arrives."""

    queryset = Channel.objects.select_related("owner").order_by("pk")
    serializer_class = ChannelSerializer
    roles = ("admin", "ops")
    writers = ("admin", "ops")

    def perform_destroy(self, channel: Channel) -> None:
        channels.remove_channel(channel=channel, by=self.request.user)

    @action(detail=True, methods=["post"], url_path="try")
    def attempt(self, request, pk=None) -> Response:
        channel = self.get_object()
        channels.try_channel(channel=channel, by=request.user)
        fresh = self.get_queryset().get(pk=channel.pk)
        return self.tagged(fresh, Response(self.get_serializer(fresh).data))


routes.register("alerts", AlertViewSet)
routes.register("channels", ChannelViewSet)
routes.register("subscriptions", SubscriptionViewSet)
