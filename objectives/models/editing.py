"""How a row takes new values: only what differs is written, and the change log hears of it."""

from typing import Any, Self

from django.db import models, transaction

from productops import changelog


class Editable(models.Model):
    version: int  # of Record, which every editable row is as well

    class Meta:
        abstract = True

    @transaction.atomic
    def edit(self, *, by, **values: Any) -> bool:
        """Take these values by field name; whether anything differed from what stood there."""
        if not self.differing(values):
            return False
        self.read_again()
        after = self.differing(values)
        if not after:
            return False
        self.put(by=by, verb="edited", **after)
        return True

    def differing(self, values: dict[str, Any]) -> dict[str, Any]:
        """Those of ``values`` that are not what stands there."""
        return {name: value for name, value in values.items() if value != getattr(self, name)}

    @transaction.atomic
    def put(self, *, by, verb: str, **values: Any) -> None:
        """Write these values under a verb of the change log."""
        before = {name: getattr(self, name) for name in values}
        for name, value in values.items():
            setattr(self, name, value)
        self.save(update_fields=self.written_with(values))
        changelog.record(by=by, row=self, verb=verb, before=before, after=values)

    def written_with(self, values: dict[str, Any]) -> list[str] | None:
        """The columns that are written with these values; None: all of them."""
        return None

    @transaction.atomic
    def turn(self, *, by, verb: str, **values: Any) -> None:
        """Like ``put``, as a step of its own: an edit form that was open meanwhile is stale."""
        self.version += 1
        self.put(by=by, verb=verb, **values)

    def read_again(self) -> Self:
        """As it stands by now, which nobody else changes before the transaction ends: a button
        acts on what somebody read a while ago, and all columns are written."""
        self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update(no_key=True))
        return self
