"""Synthetic products and people in bulk, the same for the same seed: for ``manage.py seed``."""

from random import Random

from django.contrib.auth.hashers import make_password

from productops.demo import Size
from teams.choices import AccountRole
from teams.models import Person, PersonProduct, Product

# Of ten people seven answer for a product, two only answer, one is an executive.
ROLES = (*(7 * (AccountRole.PM,)), "", "", AccountRole.EXEC)


def seed_products_and_people(size: Size) -> None:
    """Products, and people who cannot sign in; a pm answers for one product drawn by lot."""
    products = [seed_product(number) for number in range(1, size.products + 1)]
    chance = Random(size.seed)
    addresses = [f"person{number}@seed.example" for number in range(1, size.people + 1)]
    known = set(Person.objects.filter(email__in=addresses).values_list("email", flat=True))
    people = Person.objects.bulk_create(
        Person(
            email=address,
            name=f"Person {place + 1}",
            role=ROLES[place % len(ROLES)],
            password=make_password(None),
            is_demo=True,
        )
        for place, address in enumerate(addresses)
        if address not in known
    )
    PersonProduct.objects.bulk_create(
        PersonProduct(person=person, product=chance.choice(products))
        for person in people
        if products and person.role == AccountRole.PM
    )


def seed_product(number: int) -> Product:
    slug = f"product-{number:03}"
    found = Product.objects.filter(slug=slug).first()
    if found is None:
        found = Product(slug=slug, name=f"Product {number:03}")
        found.save()
    return found
