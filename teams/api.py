"""Subjects, products, teams, people, skills and learning plans over HTTP."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers

from productops import changelog, parsing, trash
from productops.api import routes
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import ReadViewSet, RecordViewSet
from teams.choices import AccountRole
from teams.models import LearningPlan, Person, Product, Skill, Subject, Team


class SubjectSerializer(RecordSerializer):
    reference = serializers.CharField(read_only=True)

    class Meta:
        model = Subject
        fields = ["id", "reference", "kind", "key", "name"]


class SubjectViewSet(ReadViewSet):
    queryset = Subject.objects.order_by("pk")
    serializer_class = SubjectSerializer
    filterset_fields = ["kind", "key"]


class NamedSerializer(RecordSerializer):
    """A record with a name and a short name; the short name is made of the name where none is
    sent, and stays."""

    slug = serializers.CharField(required=False, max_length=120)

    def validate_slug(self, value: str) -> str:
        slug = self._slug(value)
        if self.instance is None and self.Meta.model.objects.filter(slug=slug).exists():
            raise serializers.ValidationError(_("There is one of this name already."))
        if self.instance is not None and slug != self.instance.slug:
            raise serializers.ValidationError(_("The short name stays."))
        return slug

    def validate(self, values):
        if self.instance is None and "slug" not in values:
            values["slug"] = self.validate_slug(values["name"])
        return values

    def _slug(self, value: str) -> str:
        try:
            return parsing.to_slug(value)
        except parsing.Unreadable as problem:
            raise serializers.ValidationError(str(problem)) from problem

    @transaction.atomic
    def create(self, validated_data):
        by = validated_data.pop("by")
        links = self._links(validated_data)
        row = self.Meta.model.objects.create(**validated_data)
        self._set(row, links)
        changelog.record(by=by, row=row, verb="created", after=validated_data | links)
        return row

    @transaction.atomic
    def update(self, row, validated_data):
        by = validated_data.pop("by")
        links = self._links(validated_data)
        before = {name: getattr(row, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(row, name, value)
        row.save()
        self._set(row, links)
        changelog.record(by=by, row=row, verb="edited", before=before, after=validated_data | links)
        return row

    def _links(self, data) -> dict:
        names = [field.name for field in self.Meta.model._meta.many_to_many]
        return {name: data.pop(name) for name in names if name in data}

    def _set(self, row, links: dict) -> None:
        for name, rows in links.items():
            getattr(row, name).set(rows)


class StaffViewSet(RecordViewSet):
    """Rows that product operations alone adds; nothing of it is ever deleted for good."""

    http_method_names = ["get", "head", "options", "post", "put", "patch"]

    def check_permissions(self, request) -> None:
        super().check_permissions(request)
        if request.method == "POST" and not request.user.changes_all:
            raise PermissionDenied(_("Only product operations adds these."))


class ProductSerializer(NamedSerializer):
    subject = serializers.PrimaryKeyRelatedField(read_only=True)
    people = Visible("email", queryset=Person.objects.all(), many=True, required=False)

    class Meta:
        model = Product
        fields = [
            "id", "slug", "name", "description", "criticality", "subject", "people",
            "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = ["archived_at", "version"]

    def validate_people(self, value):
        if not self.context["request"].user.changes_all:
            raise serializers.ValidationError(_("Only product operations says who is in charge."))
        return value


class ProductViewSet(StaffViewSet):
    queryset = Product.objects.order_by("pk").prefetch_related("people")
    serializer_class = ProductSerializer
    filterset_fields = ["slug"]

    def may_change(self, person, row) -> bool:
        return person.may_change(row.subject)


class TeamSerializer(NamedSerializer):
    subject = serializers.PrimaryKeyRelatedField(read_only=True)
    parent = Visible("slug", queryset=Team.objects.all(), required=False, allow_null=True)
    products = Visible("slug", queryset=Product.objects.all(), many=True, required=False)

    class Meta:
        model = Team
        fields = [
            "id", "slug", "name", "kind", "mission", "parent", "products", "subject",
            "archived_at", "version",
        ]  # fmt: skip
        read_only_fields = ["archived_at", "version"]


class TeamViewSet(StaffViewSet):
    queryset = Team.objects.order_by("pk").select_related("parent").prefetch_related("products")
    serializer_class = TeamSerializer
    filterset_fields = ["slug", "kind"]

    def may_change(self, person, row) -> bool:
        return person.may_change(row.subject)


class PersonSerializer(RecordSerializer):
    class Meta:
        model = Person
        fields = ["id", "email", "name", "role", "is_active", "time_zone", "version"]
        read_only_fields = ["is_active", "version"]

    def validate_email(self, value: str) -> str:
        return value.lower()

    def validate_role(self, value: str) -> str:
        former = self.instance.role if self.instance else ""
        is_admin = self.context["request"].user.role == AccountRole.ADMIN
        if value != former and not is_admin:
            raise serializers.ValidationError(_("Only an administrator gives roles."))
        return value

    @transaction.atomic
    def create(self, validated_data):
        by = validated_data.pop("by")
        person = Person(**validated_data)
        person.set_unusable_password()
        person.save()
        changelog.record(by=by, row=person, verb="created", after=validated_data)
        return person

    @transaction.atomic
    def update(self, person, validated_data):
        by = validated_data.pop("by")
        before = {name: getattr(person, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(person, name, value)
        person.save()
        changelog.record(by=by, row=person, verb="edited", before=before, after=validated_data)
        return person


class PersonViewSet(StaffViewSet):
    queryset = Person.objects.order_by("pk")
    serializer_class = PersonSerializer
    filterset_fields = ["email", "role", "is_active"]

    def may_change(self, person, row) -> bool:
        return person.changes_all and (person.is_admin or not row.is_admin)


class SkillSerializer(NamedSerializer):
    class Meta:
        model = Skill
        fields = [
            "id", "slug", "name", "category", "profile", "description", "is_critical", "version",
        ]  # fmt: skip
        read_only_fields = ["version"]


class SkillViewSet(StaffViewSet):
    queryset = Skill.objects.order_by("pk")
    serializer_class = SkillSerializer
    filterset_fields = ["slug", "category", "is_critical"]


class LearningPlanSerializer(RecordSerializer):
    skill = Visible("slug", queryset=Skill.objects.all())
    team = Visible("slug", queryset=Team.objects.all())
    owner = Visible("email", queryset=Person.objects.all())

    class Meta:
        model = LearningPlan
        fields = [
            "id", "title", "skill", "team", "owner", "target_level", "target_people", "starts_on",
            "due_on", "method", "state", "version",
        ]  # fmt: skip
        read_only_fields = ["version"]

    def validate_team(self, team: Team) -> Team:
        if not self.context["request"].user.may_change(team.subject):
            raise serializers.ValidationError(_("You may see this team, but not change it."))
        return team

    def validate(self, values):
        starts = values.get("starts_on") or getattr(self.instance, "starts_on", None)
        due = values.get("due_on") or getattr(self.instance, "due_on", None)
        if starts and due and due <= starts:
            raise serializers.ValidationError({"due_on": [_("This has to be after the start.")]})
        return values

    @transaction.atomic
    def create(self, validated_data):
        by = validated_data.pop("by")
        plan = LearningPlan.objects.create(**validated_data)
        changelog.record(by=by, row=plan, verb="created", after=validated_data)
        return plan

    @transaction.atomic
    def update(self, plan, validated_data):
        by = validated_data.pop("by")
        before = {name: getattr(plan, name) for name in validated_data}
        for name, value in validated_data.items():
            setattr(plan, name, value)
        plan.save()
        changelog.record(by=by, row=plan, verb="edited", before=before, after=validated_data)
        return plan


class LearningPlanViewSet(RecordViewSet):
    queryset = LearningPlan.objects.order_by("pk").select_related("skill", "team", "owner")
    serializer_class = LearningPlanSerializer
    filterset_fields = ["state", "team", "skill"]

    def perform_destroy(self, row) -> None:
        trash.discard(row=row, by=self.request.user)


for prefix, viewset in {
    "subjects": SubjectViewSet,
    "products": ProductViewSet,
    "teams": TeamViewSet,
    "people": PersonViewSet,
    "skills": SkillViewSet,
    "learning-plans": LearningPlanViewSet,
}.items():
    routes.register(prefix, viewset)
