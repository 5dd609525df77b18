"""The last quarter of the demo, and the present one."""

from objectives.demo.told import COMMITTED, Goal, Quarter, Result

LAST = Quarter(
    keeps="Drafts of check-ins from what is known: a minute a week is enough.",
    changes="Ask what would have to be true before taking on a number.",
    stops="Two objectives about the same number in two teams.",
    goals=(
        Goal(
            "branches", "Every team merges each day", "", "ines",
            carried="lead-again",
            why="Two teams showed it; ten are to follow.",
            learning="It took two weeks a team and somebody who has done it before.",
            otherwise="It took longer than two weeks a team; the number follows slowly.",
            keeps="Somebody of a team that did it joins the next one for a week",
            proposal="Lead time below six days, and it stays there",
            pillar="value",
            results=(
                Result(
                    "Lead time for change from 9.6 to 8 days", slug="lead-time-for-change",
                    said=(
                        (2, "Trunk-based delivery is the process for all teams from next week."),
                        (8, "Seven days and falling. The first number that ever moved."),
                    ),
                ),
                Result("Teams that merge each day, from 2 to 12", 2, 12, 10, "steady"),
            ),
        ),
        Goal(
            "coached", "Goals that say what will be better", "", "ines",
            carried="outcome-goals",
            why="Coaching has to come before goals are written.",
            learning="Coaching in the first two weeks moved the number by nine points.",
            otherwise="Coaching moved the number, and not yet as far as we wanted.",
            keeps="A goal review a month with each team",
            pillar="evidence",
            results=(
                Result(
                    "Outcome goals met from 58 to 70 percent", slug="outcome-goals-met",
                    said=((6, "It moves: teams that were coached meet their goals."),),
                ),
                Result("Managers coached, from 0 to 12", end=12, way="early"),
            ),
        ),
        Goal(
            "returns", "Sending back is as easy as ordering", "Storefront", "Mia Brandt",
            why="Who sends something back without trouble orders again.",
            learning="The label in the app did most of it. Money back within a day did the rest.",
            keeps="Pay back when the parcel is scanned, not when it arrives",
            pillar="value",
            results=(
                Result("Minutes that a customer needs for a return, from 14 to 5", 14, 5, 4,
                       "steady",
                       said=((5, "Eight, since the label is in the app."),)),
                Result("Days until the money is back, from 9 to 3", 9, 3, 2, "steps"),
            ),
        ),
        Goal(
            "guests", "Paying as a guest", "team Checkout", "Mia Brandt",
            why="A fifth leaves where an account is asked for.",
            learning="Guests order as often as others, and half of them open an account later.",
            proposal="Guests find their orders again",
            against="accounts",
            results=(
                Result("Visitors who leave at the account page, from 21 to 10 percent", 21, 10, 9,
                       "late",
                       said=((9, "Half of the visitors see it. Those leave half as often."),)),
                Result("Orders of guests, from 0 to 25 percent", 0, 25, 18, "late"),
            ),
        ),
        Goal(
            "accounts", "One account for all products", "Payments", "Piotr Zielinski",
            why="Customers have three passwords for four products.",
            ambition=COMMITTED,
            learning="Moving accounts in waves of a thousand kept support calm.",
            needs="branches",
            results=(
                Result("Customers with one account, from 10 to 80 percent", 10, 80, 64, "steady",
                       said=((6, "Forty percent. No wave had to be taken back."),
                             (11, "The last two waves wait.", "Partners have to agree"))),
            ),
        ),
        Goal(
            "viral", "Customers invite their colleagues", "team Growth", "Dario Conti",
            why="Teams that begin with three people stay.",
            learning="Inviting is easy now; what is missing is a reason to do it.",
            results=(
                Result("Accounts that invite somebody, from 12 to 30 percent", 12, 30, 17, "late",
                       said=((1, "I am certain that we beat this one."),
                             (7, "A slow start, which is normal."))),
                Result("Seconds until an invitation is sent, from 40 to 10", 40, 10, 9, "early"),
            ),
        ),
        Goal(
            "lineage", "Every number says where it comes from", "team Data", "Hanna Lund",
            why="Finding the source of a number takes an afternoon.",
            ambition=COMMITTED,
            learning="Written by the pipeline itself, it is never out of date.",
            pillar="evidence",
            results=(
                Result("Certified KPIs with their source, from 4 to 22", 4, 22, 22, "steady",
                       said=((4, "Nine. The hard ones come last."),)),
            ),
        ),
        Goal(
            "content", "Help that answers", "team Content", "Zoe Papadaki",
            why="Every third article ends in a ticket.",
            learning="Dropped: the help centre moves to another tool first.",
            dropped_in=5,
            results=(
                Result("Articles that end in a ticket, from 33 to 20 percent", 33, 20, 32,
                       "stalled"),
            ),
        ),
    ),
)  # fmt: skip

PRESENT = Quarter(
    goals=(
        Goal(
            "guest-orders", "Guests find their orders again", "Storefront", "Mia Brandt",
            carried="guests",
            why="Guests write to support to ask where their parcel is.",
            pillar="value",
            results=(
                Result("Guests who open their order page, from 15 to 60 percent", 15, 60, 66,
                       "steady",
                       said=((3, "The link in the mail works; twenty-eight percent use it."),)),
                Result("Questions of guests to support a week, from 48 to 20", 48, 20, 30, "late"),
            ),
        ),
        Goal(
            "parcels", "One box for one order", "team Checkout", "Mia Brandt",
            why="Two parcels for one order cost us the margin of the second.",
            ambition=COMMITTED,
            needs="guest-orders",
            results=(
                Result("Orders sent in one parcel, from 68 to 85 percent", 68, 85, 79, "stalled",
                       said=((4, "The warehouse counts otherwise than we do.",
                              "Two systems of stock"),)),
            ),
        ),
        Goal(
            "one-account", "One account for all products", "Payments", "Piotr Zielinski",
            carried="accounts",
            why="A third of the customers still have two.",
            ambition=COMMITTED,
            results=(
                Result("Customers with one account, from 10 to 80 percent", end=83, way="early",
                       said=((2, "Partners agreed; the last waves are planned."),)),
            ),
        ),
        Goal(
            "trials", "Trials that become customers", "team Growth", "Dario Conti",
            why="Of ten who try, one stays.",
            results=(
                Result("Trials that become customers, from 10 to 18 percent", 10, 18, 11, "late",
                       said=((1, "All signs are green."),
                             (3, "The new onboarding mails will do it."))),
            ),
        ),
        Goal(
            "alerts", "People hear of a break before the board does", "team Data", "Hanna Lund",
            why="Two breaks were found in the meeting that they broke.",
            ambition=COMMITTED,
            pillar="evidence",
            results=(
                Result("Breaks found by an alert, from 30 to 90 percent", 30, 90, 95, "early",
                       said=((3, "Two of two so far, which proves nothing."),)),
                Result(
                    "Who is told, and when", zones={
                        "commit": "The owner, the same day",
                        "target": "The owner and all who use the number, within the hour",
                        "stretch": "Everybody, with the cause",
                    }, end="target",
                ),
            ),
        ),
    ),
)  # fmt: skip

# What waits in the backlog: title, why, about, owner.
IDEAS = (
    ("Partners see what sells", "They ask for numbers each month.", "team Partner", "Grace Obi"),
    ("Admins change rights without us", "Forty tickets a month.", "team Admin", "Felix Braun"),
    ("Old modules have a way out", "Half of the defects are made there.", "Payments", "Jonas Falk"),
)  # fmt: skip
