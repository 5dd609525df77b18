"""Halden Software: four products, twelve teams, and the people of the story."""

from datetime import date, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from productops.demo import Story, demo_part, seed_part
from teams.bulk import seed_products_and_people
from teams.choices import AccountRole, PlanState, RatingKind, SubjectKind, TeamType
from teams.models import (
    LearningPlan,
    Membership,
    Person,
    PersonProduct,
    Product,
    ProductTeam,
    Rating,
    Requirement,
    Role,
    Seat,
    Skill,
    Subject,
    Team,
)
from teams.starter import load_starter_pack

DOMAIN = "halden.example"
MONTHS = 18
PRODUCTS = {
    "Storefront": ("What customers see and buy in", 3, ("Checkout", "Search", "Mobile", "Content")),
    "Payments": ("How money comes in, and from whom", 3, ("Billing", "Identity", "Partner")),
    "Insights": ("What customers learn from their data", 2, ("Data", "Insights", "Growth")),
    "Core": ("What everything else stands on", 2, ("Platform", "Admin")),
}
STAFF = (
    ("ines", "Ines Keller", AccountRole.ADMIN),
    ("samir", "Samir Haddad", AccountRole.OPS),
    ("astrid", "Astrid Holm", AccountRole.EXEC),
    ("noor", "Noor Visser", AccountRole.OPS),
)
MANAGERS = {
    "Checkout": "Mia Brandt",
    "Billing": "Jonas Falk",
    "Search": "Lena Ott",
    "Identity": "Piotr Zielinski",
    "Mobile": "Chloé Martin",
    "Growth": "Dario Conti",
    "Data": "Hanna Lund",
    "Platform": "Tomás Rey",
    "Partner": "Grace Obi",
    "Insights": "Aya Nakamura",
    "Admin": "Felix Braun",
    "Content": "Zoe Papadaki",
}
MEMBERS = (
    "Adam Novak", "Beate Sommer", "Cem Aydin", "Dana Weiss", "Emil Berg", "Fatima Idris",
    "Goran Petrov", "Helena Dias", "Ivo Horvat", "Jana Kral", "Karim Saleh", "Lotta Virtanen",
    "Marek Dvorak", "Nadia Rossi", "Oskar Lind", "Paula Gomez", "Quinn Walsh", "Rosa Marin",
    "Sven Olsen", "Tara Singh", "Ugo Ferri", "Vera Stein", "Wim Jansen", "Xenia Costa",
    "Yara Haddad",
)  # fmt: skip
SEATS = (
    ("head-of-product-operations", "ines"),
    ("product-operations-manager", "samir"),
    ("product-data-engineer", "noor"),
    ("product-manager", "Tomás Rey"),
    ("business-analyst", None),
)
# Skill, level, people that the ProductOps team needs; who has it at the end of the story.
NEEDS = (
    ("process-design", 3, 2, (("ines", 4), ("samir", 3))),
    ("measurement-design", 3, 2, (("ines", 3), ("noor", 4))),
    ("facilitation", 3, 2, (("ines", 3), ("samir", 3))),
    ("tool-administration", 3, 2, (("samir", 3),)),
    ("data-modelling", 2, 1, (("noor", 4),)),
    ("customer-interviewing", 2, 2, (("Tomás Rey", 2),)),
)


seed_part("teams")(seed_products_and_people)


@demo_part("teams")
def load(story: Story) -> None:
    begins = story.on - timedelta(days=30 * MONTHS)
    load_starter_pack(by=None)
    _people(story)
    _products(story)
    _members(story, begins)
    _product_ops(story, begins)
    _learning(story)
    story.cast["organisation"] = Subject.organisation()
    Subject.objects.filter(kind=SubjectKind.ORGANISATION).update(name="Halden Software")


def _people(story: Story) -> None:
    nobody = make_password(None)
    known = [(key, name, role) for key, name, role in STAFF]
    known += [(name, name, AccountRole.PM) for name in MANAGERS.values()]
    known += [(name, name, "") for name in MEMBERS]
    people = Person.objects.bulk_create(
        Person(name=name, email=_address(name), role=role, is_demo=True, password=nobody)
        for _key, name, role in known
    )
    story.cast |= {key: person for (key, _n, _r), person in zip(known, people, strict=True)}


def _address(name: str) -> str:
    plain = name.lower().translate(str.maketrans("áéíóúčšžö ", "aeioucszo."))
    return f"{plain}@{DOMAIN}"


def _products(story: Story) -> None:
    for name, (description, criticality, teams) in PRODUCTS.items():
        product = Product.objects.create(
            slug=name.lower(), name=name, description=description, criticality=criticality
        )
        story.cast[name] = product
        for team_name in teams:
            team = Team.objects.create(
                slug=f"team-{team_name.lower()}",
                name=team_name,
                kind=TeamType.PLATFORM if team_name == "Platform" else TeamType.STREAM,
            )
            ProductTeam.objects.create(product=product, team=team)
            manager = story.cast[MANAGERS[team_name]]
            PersonProduct.objects.get_or_create(person=manager, product=product)
            story.cast[f"team {team_name}"] = team


def _members(story: Story, begins: date) -> None:
    """Each team has its manager and two more people; one of them joined last spring."""
    rows = []
    names = iter(MEMBERS)
    for team_name, manager in MANAGERS.items():
        team = story.cast[f"team {team_name}"]
        people = [story.cast[manager], story.cast[next(names)], story.cast[next(names)]]
        for at, person in enumerate(people):
            joined = begins if at < 2 else story.on - timedelta(days=270)
            rows.append(Membership(team=team, person=person, from_on=joined, share=100))
    Membership.objects.bulk_create(rows)


def _product_ops(story: Story, begins: date) -> None:
    team = Team.objects.create(
        slug="product-operations",
        name="Product operations",
        kind=TeamType.PRODUCT_OPS,
        mission="Make product work easier to do well, and show whether it became so.",
    )
    story.cast["product ops"] = team
    for at, (role, who) in enumerate(SEATS):
        person = story.cast[who] if who else None
        Seat.objects.create(
            team=team,
            role=Role.objects.get(slug=role),
            person=person,
            from_on=begins + timedelta(days=60 * at),
        )
        if person:
            share = 20 if who == "Tomás Rey" else 100
            Membership.objects.create(team=team, person=person, from_on=begins, share=share)
    for slug, level, people, able in NEEDS:
        skill = Skill.objects.get(slug=slug)
        Requirement.objects.create(skill=skill, team=team, level=level, people=people)
        for at, (who, reached) in enumerate(able):
            _rate(story, who, skill, reached, begins + timedelta(days=90 + 120 * at))


def _rate(story: Story, who: str, skill: Skill, level: int, first: date) -> None:
    """Rated twice: one level lower in the first year, and both by oneself and by a supervisor."""
    person, head = story.cast[who], story.cast["ines"]
    later = min(first + timedelta(days=240), story.on - timedelta(days=20))
    luck = Random(f"{who} {skill.slug}")
    Rating.objects.bulk_create(
        Rating(person=person, skill=skill, kind=kind, rater=rater, level=found, on=on)
        for on, found in ((first, level - 1), (later, level))
        for kind, rater in (
            (RatingKind.SELF, person),
            (RatingKind.SUPERVISOR, head if head != person else story.cast["astrid"]),
        )
        if kind == RatingKind.SELF or luck.random() > 0.2 or on == later
    )


def _learning(story: Story) -> None:
    team = story.cast["product ops"]
    story.cast["coaching plan"] = LearningPlan.objects.create(
        title="Coach teams in setting outcome goals",
        skill=Skill.objects.get(slug="objective-setting"),
        team=team,
        owner=story.cast["ines"],
        method="Two half days, then one goal review a month with each team.",
        target_level=3,
        target_people=2,
        starts_on=story.on - timedelta(days=240),
        due_on=story.on - timedelta(days=120),
        state=PlanState.DONE,
    )
    for who, level in (("ines", 4), ("Tomás Rey", 3)):
        _rate(story, who, story.cast["coaching plan"].skill, level, story.on - timedelta(days=230))
    story.cast["interview plan"] = LearningPlan.objects.create(
        title="Interview customers without leading them",
        skill=Skill.objects.get(slug="customer-interviewing"),
        team=team,
        owner=story.cast["Lena Ott"],
        method="Four recorded interviews each, listened to together.",
        target_level=2,
        target_people=2,
        starts_on=story.on - timedelta(days=60),
        due_on=story.on + timedelta(days=30),
        state=PlanState.ACTIVE,
    )
