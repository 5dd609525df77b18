"""What search finds here: people, teams, products and skills."""

from django.utils.translation import gettext as _

from productops.search import Hit, finder
from teams.models import Person, Product, Skill, Team


@finder("person")
def people(person, words: list[str], limit: int):
    for found in Person.objects.visible_to(person).active().naming(" ".join(words))[:limit]:
        yield Hit(_("Person"), found.name, found.get_absolute_url(), found.email)


@finder("team")
def teams(person, words: list[str], limit: int):
    for team in Team.objects.visible_to(person).current().naming(" ".join(words))[:limit]:
        yield Hit(_("Team"), team.name, team.get_absolute_url(), team.get_kind_display())


@finder("product")
def products(person, words: list[str], limit: int):
    found = Product.objects.visible_to(person).current().naming(" ".join(words))
    for product in found[:limit]:
        yield Hit(_("Product"), product.name, product.get_absolute_url(), product.description[:80])


@finder("skill")
def skills(person, words: list[str], limit: int):
    for skill in Skill.objects.visible_to(person).naming(" ".join(words))[:limit]:
        yield Hit(_("Skill"), skill.name, skill.get_absolute_url(), skill.category)
