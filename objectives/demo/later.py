"""The next two quarters of the demo: numbers that do not move, and what that teaches."""

from objectives.demo.told import COMMITTED, Goal, Quarter, Result

THIRD = Quarter(
    keeps="Baselines before changes: it ended three debates.",
    changes="Close an objective when it is hopeless, not when the quarter is over.",
    stops="Raising targets in the middle of the quarter.",
    goals=(
        Goal(
            "lead", "What is ready reaches customers", "", "ines",
            why="Customers wait nearly two weeks for what is ready.",
            learning="Reminding people to merge sooner does nothing. The process has to change.",
            changes="Change how branches live before asking for speed",
            pillar="value",
            results=(
                Result(
                    "Lead time for change from 9.6 to 8 days", 9.6, 8, slug="lead-time-for-change",
                    said=(
                        (3, "The number is in the weekly review now; nothing else changed."),
                        (8, "Ten days, as ever.", "Branches live for nine days"),
                    ),
                ),
                Result("Teams that see their own lead time, from 2 to 12", 2, 12, 12, "early"),
            ),
        ),
        Goal(
            "certified", "No report without a certified definition", "", "ines",
            carried="shared-words",
            why="Half of the reports still use a definition of their own.",
            ambition=COMMITTED,
            learning="Certificates that run out keep definitions alive.",
            keeps="A date on which each certificate runs out",
            pillar="evidence",
            results=(
                Result("KPIs with a signed definition, from 0 to 20", 0, 20, 22, "steady"),
                Result(
                    "Reports that use a certified KPI only, from 5 to 15", 5, 15, 15, "late",
                    said=((6, "Eight; finance moves with the next close."),),
                ),
            ),
        ),
        Goal(
            "delivery-dates", "Delivery dates that hold", "Storefront", "Mia Brandt",
            carried="first-order",
            why="Newcomers who see a date that holds order again.",
            learning="Showing a later date that holds sells more than an early one that does not.",
            keeps="Promise the date that nine of ten parcels keep",
            proposal="Every page that names a date names the same one",
            results=(
                Result(
                    "Orders delivered on the promised day, from 71 to 90 percent", 71, 90, 92,
                    "steady",
                    said=(
                        (4, "Seventy-nine, since the carrier's own dates are used."),
                        (9, "Eighty-seven. Complaints are down by a third."),
                    ),
                ),
                Result("Newcomers who order within a week, from 11 to 16 percent", 11, 16, 15.4,
                       "late"),
            ),
        ),
        Goal(
            "wallets", "People pay with what they have", "team Checkout", "Mia Brandt",
            why="A third of those who leave look for a wallet that we do not take.",
            learning="One wallet brought nine tenths of what four were to bring.",
            stops="Integrating what fewer than two percent ask for",
            against="quality",
            results=(
                Result("Payments by wallet, from 0 to 20 percent", 0, 20, 15.5, "late",
                       said=((7, "The first wallet is live, eleven percent after a week."),)),
                Result("Visitors who leave at the choice of payment, from 19 to 12 percent", 19, 12,
                       12.8, "late"),
            ),
        ),
        Goal(
            "quality", "Customers find fewer defects than we do", "Payments", "Jonas Falk",
            why="Eighteen defects a week are reported by customers.",
            ambition=COMMITTED,
            learning="More testing before release found other defects, not these.",
            changes="Follow each reported defect back to where it was made",
            results=(
                Result(
                    "Defects reported by customers from 18 to 12 a week", 18, 12,
                    slug="defects-reported-by-customers",
                    said=(
                        (4, "No change. The new test plan covers releases from next week on."),
                        (10, "Nothing moves.", "Defects are old: half were made last year"),
                    ),
                ),
                Result("Reported defects with a cause written down, from 10 to 80 percent", 10, 80,
                       66, "steady"),
            ),
        ),
        Goal(
            "referrals", "Customers bring customers", "team Growth", "Dario Conti",
            why="Advertising gets dearer each quarter.",
            learning="A reward for the friend alone would have done.",
            results=(
                Result(
                    "New customers by referral, from 4 to 15 percent", 4, 15, 8.5, "late",
                    said=(
                        (3, "Launched! The first numbers are fantastic."),
                        (9, "Slower than hoped, but the next campaign will do it."),
                    ),
                ),
                Result("Customers who know of the programme, from 0 to 40 percent", 0, 40, 22,
                       "late"),
            ),
        ),
        Goal(
            "self-service", "Questions answered without an analyst", "team Data", "Hanna Lund",
            why="Analysts answer the same twelve questions each week.",
            learning="Five saved answers covered two thirds of the questions.",
            serves="certified",
            results=(
                Result("Questions to analysts a week, from 55 to 25", 55, 25, 22, "steady",
                       said=((6, "36, though it is a quiet month."),)),
            ),
        ),
        Goal(
            "mobile", "The app opens in two seconds", "team Mobile", "Chloé Martin",
            why="Old phones wait five.",
            learning="Dropped after the incident; what was done for the start screen is kept.",
            dropped_in=7,
            results=(
                Result("Seconds until the app answers, from 5.2 to 2", 5.2, 2, 4.4, "steady",
                       said=((5, "4.6 on the test phones."),)),
            ),
        ),
    ),
)  # fmt: skip

SECOND = Quarter(
    keeps="Looking at two or three numbers together, each Monday, for twenty minutes.",
    changes="Give coaching before asking for better goals.",
    stops="Objectives that only one person can move.",
    goals=(
        Goal(
            "lead-again", "What is ready reaches customers", "", "ines",
            carried="lead",
            why="The process has to change: branches of a day instead of nine.",
            learning="The trial in two teams showed it; the rest follows next quarter.",
            otherwise="It began to move when the first teams merged every day.",
            keeps="Try a process in two teams before all",
            proposal="Every team merges each day",
            pillar="value",
            results=(
                Result(
                    "Lead time for change from 9.6 to 8 days", slug="lead-time-for-change",
                    said=(
                        (5, "Platform and Checkout try branches of a day."),
                        (10, "Their lead time is five days; all together it hardly shows."),
                    ),
                ),
                Result("Teams that try short-lived branches, from 0 to 2", 0, 2, 2, "steps"),
            ),
        ),
        Goal(
            "outcome-goals", "Goals that say what will be better", "", "ines",
            why="Two of five goals name something to deliver.",
            learning="Coaching came too late in the quarter to show in this number.",
            otherwise="Coaching showed sooner than we thought.",
            changes="Coach in the first two weeks, while goals are written",
            pillar="evidence",
            results=(
                Result(
                    "Outcome goals met from 58 to 70 percent", 58, 70, slug="outcome-goals-met",
                    said=(
                        (4, "The first half day of coaching is booked out."),
                        (11,
                         "Teams that were coached write other goals, and still have to meet them."),
                    ),
                ),
                Result("Managers coached, from 0 to 12", 0, 12, 9, "late"),
            ),
        ),
        Goal(
            "one-date", "Every page that names a date names the same one", "Storefront",
            "Mia Brandt",
            carried="delivery-dates",
            why="Three systems work out three dates.",
            ambition=COMMITTED,
            learning="One service for dates, and every page asks it.",
            keeps="Retire the old source in the same week",
            results=(
                Result("Pages that ask the date service, from 2 to 14", 2, 14, 14, "steady",
                       said=((6, "Nine. The mails are harder than the pages."),)),
                Result("Complaints about dates a week, from 31 to 10", 31, 10, 8, "steady"),
            ),
        ),
        Goal(
            "baskets", "Baskets that come back", "team Checkout", "Mia Brandt",
            why="Six of ten full baskets are left.",
            learning="A reminder after a day brings people back; one after an hour annoys them.",
            stops="Reminding within the hour",
            results=(
                Result("Left baskets that come back, from 8 to 14 percent", 8, 14, 12.1, "steady",
                       said=((8, "Twelve percent with the reminder after a day."),)),
                Result("Complaints about reminders a week, from 12 to 5", 12, 5, 6, "steady"),
            ),
        ),
        Goal(
            "causes", "Defects are followed to where they are made", "Payments", "Jonas Falk",
            carried="quality",
            why="More testing found other defects than customers did.",
            learning="Half of the causes are in three old modules. That is a project.",
            results=(
                Result("Reported defects with a cause written down, from 10 to 80 percent",
                       end=84, way="steady"),
                Result("Old modules with an owner, from 0 to 6", 0, 6, 3, "steps"),
            ),
        ),
        Goal(
            "prices", "Prices that people understand", "team Growth", "Dario Conti",
            why="The price page is the page on which most people leave.",
            learning="Three plans instead of five: people choose faster, and not otherwise.",
            results=(
                Result("Visitors of the price page who go on, from 31 to 45 percent", 31, 45, 36,
                       "late",
                       said=((2, "Our best idea so far. This one cannot fail."),
                             (10, "It will jump when the new texts are live."))),
            ),
        ),
        Goal(
            "freshness", "Numbers are there on Monday at nine", "team Data", "Hanna Lund",
            why="The weekly review began with waiting for numbers.",
            ambition=COMMITTED,
            learning="Loading twice, once on Sunday, was enough.",
            needs="one-date",
            results=(
                Result("Mondays with all numbers at nine, from 4 to 12 of 13", 4, 12, 13, "steady",
                       said=((5, "Five of five so far. It will not last."),)),
            ),
        ),
        Goal(
            "unplanned", "Plans survive the month", "team Insights", "Aya Nakamura",
            why="A third of the work of a month was not planned in it.",
            ambition=COMMITTED,
            learning="It stayed in the range; a person on call each week keeps it there.",
            otherwise="Two weeks with escalations were enough to leave the range.",
            results=(
                Result("Unplanned work stays below 33 percent", slug="unplanned-work", high=33),
            ),
        ),
    ),
)  # fmt: skip
