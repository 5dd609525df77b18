"""Notes of reviewers, over HTTP: single answers that somebody should look at again."""

from django.utils import timezone
from rest_framework import serializers

from audits import access
from audits.actions.reviewing import ask_to_look_again, withdraw_note
from audits.api.verbs import told
from audits.models import Answer, ReviewNote
from productops.api.serializers import RecordSerializer, Visible
from productops.api.views import RecordViewSet


class ReviewNoteSerializer(RecordSerializer):
    answer = Visible(queryset=Answer.objects.counted())
    by = serializers.CharField(source="by.email", read_only=True)

    class Meta:
        model = ReviewNote
        fields = ["id", "answer", "text", "by", "at", "resolved_at"]
        read_only_fields = ["at", "resolved_at"]

    def create(self, validated_data):
        by = validated_data["by"]
        answer = access.answer_to_review(by, validated_data["answer"].pk)
        with told():
            return ask_to_look_again(
                answer=answer, text=validated_data["text"], by=by, now=timezone.now()
            )


class ReviewNoteViewSet(RecordViewSet):
    """POST opens one submitted answer again and mails its person; DELETE takes the note back."""

    queryset = ReviewNote.objects.select_related("by", "answer__scope__subject").order_by("pk")
    serializer_class = ReviewNoteSerializer
    filterset_fields = {
        "answer": ["exact"],
        "answer__scope__audit": ["exact"],
        "resolved_at": ["isnull"],
    }
    http_method_names = ["get", "head", "options", "post", "delete"]

    def may_change(self, person, row) -> bool:
        return person.may_change(row.answer.scope.subject)

    def perform_destroy(self, row) -> None:
        note = access.review_note_to_withdraw(self.request.user, row.pk)
        with told():
            withdraw_note(note=note, by=self.request.user, now=timezone.now())
