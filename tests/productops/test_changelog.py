from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.db import connection, transaction

from productops import changelog, sealing
from productops.models import ChangeEntry, ChangeSeal
from productops.models.changes import AppendOnly
from teams.models import Person, Product


def rename(product, name, by=None):
    return changelog.record(
        by=by, row=product, verb="renamed", before={"name": product.name}, after={"name": name}
    )


def test_an_entry_says_who_changed_what_from_which_to_which(checkout, ines):
    rename(checkout, "Cash desk", by=ines)

    entry = changelog.history_of(checkout).get()
    assert (entry.by, entry.kind, entry.row) == (ines, "teams.product", str(checkout.pk))
    assert (entry.title, entry.verb) == ("Checkout", "renamed")
    assert (entry.before, entry.after) == ({"name": "Checkout"}, {"name": "Cash desk"})


def test_an_entry_vanishes_with_the_change_it_belongs_to(checkout):
    with transaction.atomic():
        rename(checkout, "Cash desk")
        transaction.set_rollback(True)

    assert not changelog.history_of(checkout).exists()


def test_any_value_of_a_field_can_be_recorded(checkout, ines):
    values = {
        "day": date(2026, 3, 1),
        "moment": datetime(2026, 3, 1, tzinfo=UTC),
        "money": Decimal("10.50"),
        "people": Person.objects.all(),
        "strange": "a\x00b\ud800c",
        "nan": float("nan"),
        "nested": {"one": [1, None, True]},
    }

    changelog.record(by=ines, row=checkout, verb="tried", after=values)

    assert ChangeEntry.objects.get().after == {
        "day": "2026-03-01",
        "moment": "2026-03-01T00:00:00+00:00",
        "money": "10.50",
        "people": ["Ines Keller"],
        "strange": "ab?c",
        "nan": "nan",
        "nested": {"one": [1, None, True]},
    }


def test_a_very_long_text_is_cut(checkout):
    changelog.record(by=None, row=checkout, verb="tried", after={"text": "x" * 1_000_000})

    assert len(ChangeEntry.objects.get().after["text"]) == changelog.LONGEST_TEXT


class ProductForm(forms.ModelForm):
    secret = forms.CharField(widget=forms.PasswordInput, required=False)
    owner = forms.ModelChoiceField(Person.objects.all(), required=False)

    class Meta:
        model = Product
        fields = ["description", "criticality"]


def test_a_form_tells_only_what_changed_and_no_secret(checkout, ines, mia):
    data = {"description": "", "criticality": "3", "secret": "hunter2", "owner": str(ines.pk)}
    form = ProductForm(data, instance=checkout, initial={"owner": mia.pk})
    assert form.is_valid()

    before, after = changelog.fields_changed(form)

    assert before == {"criticality": 2, "secret": "•••", "owner": "Mia Brandt"}
    assert after == {"criticality": 3, "secret": "•••", "owner": "Ines Keller"}


def test_an_entry_can_neither_be_changed_nor_deleted(checkout):
    entry = rename(checkout, "Cash desk")
    entry.verb = "nothing"

    for attempt in (
        entry.save,
        entry.delete,
        ChangeEntry.objects.all().delete,
        lambda: ChangeEntry.objects.update(verb="nothing"),
    ):
        with pytest.raises(AppendOnly):
            attempt()


def sealed_chain(product, length=5):
    for number in range(length):
        rename(product, f"Name {number}")
    sealing.seal()
    return list(ChangeEntry.objects.sealed())


def by_hand(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def broken():
    return [(difference.row.split(" (")[0]) for difference in sealing.broken_places()]


def test_entries_are_sealed_once_and_in_batches(checkout):
    for number in range(5):
        rename(checkout, f"Name {number}")

    counts = [sealing.seal(limit=2) for _round in range(4)]

    assert counts == [2, 2, 1, 0]
    assert [entry.place for entry in ChangeEntry.objects.sealed()] == [1, 2, 3, 4, 5]
    assert broken() == []


def test_an_entry_changed_by_hand_is_named(checkout):
    third = sealed_chain(checkout)[2]

    by_hand("UPDATE productops_changeentry SET verb = 'forged' WHERE id = %s", third.pk)

    assert broken() == [f"entry {third.pk}"]


def test_an_entry_changed_with_its_hash_breaks_the_next(checkout):
    entries = sealed_chain(checkout)
    entries[2].verb = "forged"
    forged = sealing.hash_of(entries[2], entries[1].hash)

    by_hand(
        "UPDATE productops_changeentry SET verb = 'forged', hash = %s WHERE id = %s",
        forged,
        entries[2].pk,
    )

    assert broken() == [f"entry {entries[3].pk}"]


@pytest.mark.parametrize(("removed", "place"), [(2, "place 3"), (4, "place 5")])
def test_a_removed_entry_is_noticed_even_at_the_end(checkout, removed, place):
    entry = sealed_chain(checkout)[removed]

    by_hand("DELETE FROM productops_changeentry WHERE id = %s", entry.pk)

    assert broken()[0] == place


def test_a_seal_set_back_is_noticed(checkout):
    sealed_chain(checkout)

    ChangeSeal.objects.update(place=3)

    assert broken() == ["the seal"]


def test_numbers_have_one_hash_on_every_database(checkout):
    changelog.record(by=None, row=checkout, verb="tried", after={"big": 1e22, "one": 1.0})
    sealing.seal()
    entry = ChangeEntry.objects.get()
    entry.after = {"big": 10**22, "one": 1}

    assert sealing.hash_of(entry, "") == entry.hash


def test_a_person_sees_their_own_changes_and_ops_sees_all(checkout, ines, mia):
    rename(checkout, "One", by=ines)
    rename(checkout, "Two", by=mia)

    assert ChangeEntry.objects.visible_to(ines).count() == 2
    assert ChangeEntry.objects.visible_to(mia).get().by == mia
