"""The first two quarters of the demo: many goals, few numbers, first lessons."""

from objectives.demo.told import COMMITTED, Goal, Quarter, Result

FIFTH = Quarter(
    keeps="A written outcome for every objective, even a short one.",
    changes="Half as many objectives a team. Nobody could name all of theirs.",
    stops="Slides for the steering committee about work that is on this page.",
    goals=(
        Goal(
            "inventory", "Know what each team works on, and why", "", "ines",
            why="Four lists of running work disagree with each other.",
            ambition=COMMITTED,
            learning="Asking for one list worked once the three others were closed.",
            keeps="One list, owned by the team that works on it",
            results=(
                Result(
                    "Teams whose work is in the one list, from 3 to 12", 3, 12, 12, "early",
                    said=(
                        (1, "The first four teams moved their lists over in a day."),
                        (4, "Platform asked for labels first; they have them now."),
                        (9, "Only Partner is missing, and its list is being cleaned up."),
                    ),
                ),
                Result(
                    "Duplicate requests found a week, from 14 to 4", 14, 4, 3, "steady",
                    said=((6, "Fewer, since support searches before it writes."),),
                ),
            ),
        ),
        Goal(
            "cadence", "Planning takes days instead of weeks", "", "ines",
            why="Planning a quarter took five weeks of it.",
            learning="The long part was waiting for numbers, not deciding on them.",
            otherwise="Planning got shorter, and the waiting before it did not.",
            changes="Gather numbers before the planning week begins",
            stops="Planning in one meeting with forty people",
            proposal="Numbers of each team are ready before planning",
            serves="inventory",
            results=(
                Result(
                    "Working days from kick-off to plan, from 24 to 8", 24, 8, 15, "late",
                    said=(
                        (3, "No change yet: the template is being written."),
                        (8, "Two teams planned by the new template in nine days.",
                         "Capacity of shared teams is known too late"),
                    ),
                ),
                Result(
                    "Teams that plan by the same template, from 2 to 10", 2, 10, 7, "late",
                    said=((7, "Five. The platform teams wait for their own example."),),
                ),
            ),
        ),
        Goal(
            "newcomers", "Newcomers see what Storefront is for", "Storefront", "Mia Brandt",
            why="Two of three who sign up never come back.",
            learning="A checklist moved clicks on the checklist, and nothing behind it.",
            changes="Watch five newcomers before designing for them",
            stops="Counting clicks on what we just built",
            proposal="Newcomers reach their first order without help",
            pillar="value",
            results=(
                Result(
                    "Activation within 7 days from 34 to 38 percent", 34, 38,
                    slug="activation-within-7-days",
                    said=(
                        (2, "The checklist is live for half of the newcomers."),
                        (6, "All newcomers see it. The number does not."),
                        (10, "Nothing that we changed shows.", "Nobody has watched a newcomer yet"),
                    ),
                ),
                Result("Newcomers who finish the checklist, from 0 to 50 percent", 0, 50, 61,
                       "early"),
            ),
        ),
        Goal(
            "checkout-errors", "Paying never fails because of us", "team Checkout", "Mia Brandt",
            why="Every tenth attempt to pay ends in an error page of ours.",
            ambition=COMMITTED,
            learning="Two of nine causes made up four fifths of the errors.",
            keeps="Sort causes by count before fixing the first",
            serves="newcomers",
            pillar="value",
            results=(
                Result(
                    "Failed payments caused by us, from 9.5 to 3 percent", 9.5, 3, 2.6, "early",
                    said=(
                        (2, "The retry of the card form alone took two points away."),
                        (7, "Below four. What is left are timeouts of the fraud check."),
                    ),
                ),
                Result("Error pages without a way back, from 11 to 0", 11, 0, 0, "steps"),
            ),
        ),
        Goal(
            "billing", "Invoices are right the first time", "Payments", "Jonas Falk",
            why="A correction costs forty minutes and some trust.",
            ambition=COMMITTED,
            learning="Half of the corrections came from one field that sales fill in.",
            proposal="Sales see an invoice before it is sent",
            results=(
                Result(
                    "Corrected invoices a month, from 62 to 20", 62, 20, 31, "steady",
                    said=(
                        (5, "Down to 47 since the tax field is checked."),
                        (11, "We will not get to 20 without the change in the sales tool.",
                         "The sales tool is frozen until next quarter"),
                    ),
                ),
            ),
        ),
        Goal(
            "experiments", "Growth learns something each week", "team Growth", "Dario Conti",
            why="Two experiments a quarter teach too little.",
            learning="Running more experiments did not make more of them conclusive.",
            changes="Fewer, larger experiments with their size worked out before",
            results=(
                Result(
                    "Experiments with a result, from 2 to 10", 2, 10, 4, "late",
                    said=(
                        (2, "Six are being prepared, this will be a great quarter."),
                        (6, "Three run, all of them promising!"),
                        (10, "Two more are about to end.", "Traffic is too low for small effects"),
                    ),
                ),
                Result("Ideas in the experiment list, from 5 to 40", 5, 40, 44, "early"),
            ),
        ),
        Goal(
            "events", "Data that people may trust", "team Data", "Hanna Lund",
            why="Two dashboards show two numbers of active customers.",
            ambition=COMMITTED,
            learning="Owning events by team halved the time until a break was seen.",
            keeps="An owner for each event",
            results=(
                Result(
                    "Events with an owner and a test, from 12 to 60", 12, 60, 63, "steady",
                    said=(
                        (3, "It goes on, but I am not sure that we can keep this up."),
                        (8, "45. The easy ones are done."),
                    ),
                ),
            ),
        ),
        Goal(
            "search", "People find what they look for", "team Search", "Lena Ott",
            why="Every fourth search is followed by another one.",
            learning="The index was not the problem; the words of the products were.",
            dropped_in=6,
            results=(
                Result(
                    "Searches that lead to a click, from 58 to 70 percent", 58, 70, 59, "stalled",
                    said=((4, "The new ranking changes nothing that we can see."),),
                ),
            ),
        ),
    ),
)  # fmt: skip

FOURTH = Quarter(
    keeps="Three objectives a team at most, and one of them shared.",
    changes="Say before a change which number should move, and by how much.",
    stops="Key results that count what we deliver.",
    goals=(
        Goal(
            "ready-numbers", "Numbers of each team are ready before planning", "", "ines",
            why="Planning waited two weeks for numbers.",
            ambition=COMMITTED,
            carried="cadence",
            learning="A named owner for each number was worth more than a new tool.",
            keeps="The two-page summary a week before planning",
            results=(
                Result(
                    "Teams with their numbers a week before planning, from 1 to 12", 1, 12, 12,
                    "steady",
                    said=(
                        (4, "Six teams. The summary fits on two pages."),
                        (10, "Eleven; Admin shares its analyst with Content."),
                    ),
                ),
                Result("Working days from kick-off to plan, from 24 to 8", 24, 8, 7, "steady"),
            ),
        ),
        Goal(
            "shared-words", "The same word means the same everywhere", "", "ines",
            why="Active customer has three meanings in four reports.",
            learning="Agreeing on ten words took longer than writing sixty definitions.",
            stops="Definitions that nobody signs",
            proposal="No report without a certified definition",
            needs="trust",
            pillar="evidence",
            results=(
                Result(
                    "KPIs with a signed definition, from 0 to 20", 0, 20, 13, "late",
                    said=(
                        (5, "Four. Revenue is disputed between sales and finance."),
                        (9, "Nine, and the quarrel about revenue is settled."),
                    ),
                ),
                Result(
                    "Reports that name their definition", zones={
                        "commit": "The monthly report",
                        "target": "All reports to the board",
                        "stretch": "Every dashboard",
                    }, end="commit",
                    said=((8, "The monthly report does. The board's is next."),),
                ),
            ),
        ),
        Goal(
            "first-order", "Newcomers reach their first order without help", "Storefront",
            "Mia Brandt",
            carried="newcomers",
            why="Watching five newcomers showed where they stop: at the address.",
            learning="The address form was a third of it. The rest is trust in delivery dates.",
            keeps="Five interviews before anything is built",
            pillar="value",
            results=(
                Result(
                    "Newcomers who order within a week, from 11 to 16 percent", 11, 16, 14.6,
                    "late",
                    said=(
                        (3, "The short address form is built."),
                        (7, "Thirteen percent since it is live."),
                        (11, "It flattens.", "Delivery dates come from the old system"),
                    ),
                ),
                Result("Questions to support about the first order, from 90 to 50", 90, 50, 46,
                       "steady"),
            ),
        ),
        Goal(
            "checkout-speed", "Checkout feels quick on a phone", "team Checkout", "Mia Brandt",
            why="Paying on a phone takes twice as long as on a desk.",
            learning="Third-party scripts were most of it; two of five could go at once.",
            serves="first-order",
            results=(
                Result(
                    "Seconds until the pay button answers, from 6.8 to 3", 6.8, 3, 3.4, "steady",
                    said=((6, "4.9 since two scripts are gone."),),
                ),
                Result("Pages of Checkout above the weight budget, from 9 to 0", 9, 0, 2, "steps"),
            ),
        ),
        Goal(
            "retention", "Customers stay because it pays", "Payments", "Jonas Falk",
            why="What customers pay more each year keeps us going.",
            ambition=COMMITTED,
            learning="It held by itself. A range to keep belongs on the dashboard, not here.",
            changes="Watch it as a KPI and set goals about what moves",
            results=(
                Result("Net revenue retention stays above 105 percent",
                       slug="net-revenue-retention", low=105),
            ),
        ),
        Goal(
            "sizing", "Experiments that can show something", "team Growth", "Dario Conti",
            carried="experiments",
            why="Four of five experiments were too small to say anything.",
            learning="Working out the size first stopped six experiments before they cost a week.",
            otherwise="Working out the size first stopped six experiments before they cost a week.",
            results=(
                Result(
                    "Experiments with enough traffic planned, from 20 to 90 percent", 20, 90, 62,
                    "late",
                    said=(
                        (2, "Everybody is on board, we will fly through this one."),
                        (8, "Nearly there!", "Marketing starts campaigns into our tests"),
                    ),
                ),
            ),
        ),
        Goal(
            "trust", "One number of active customers", "team Data", "Hanna Lund",
            carried="events",
            why="Two dashboards, two numbers, and the board saw both.",
            ambition=COMMITTED,
            learning="Switching the old dashboard off did what three reminders had not.",
            keeps="Switch the old one off on the day on which the new one is right",
            pillar="evidence",
            results=(
                Result(
                    "Dashboards that use the shared number, from 2 to 9", 2, 9, 9, "steps",
                    said=((5, "Four, and I expect quarrels about the fifth."),),
                ),
            ),
        ),
        Goal(
            "platform", "Teams ship without asking Platform", "Core", "Tomás Rey",
            why="Every second release waits for a person of Platform.",
            learning="The last fifth of the teams have needs of their own; leave them.",
            results=(
                Result(
                    "Releases without a ticket to Platform, from 48 to 85 percent", 48, 85, 76,
                    "steady",
                    said=((6, "Two thirds. The rights for the job runner are next."),),
                ),
            ),
        ),
    ),
)  # fmt: skip
