"""Contracts as a table, ours or that of another register of licences."""

import re
from argparse import ArgumentParser
from collections.abc import Iterator
from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from productops import parsing
from productops.exchange import Kind, Report, kind
from productops.intake import (
    Cell,
    Row,
    checked,
    choice_in,
    known,
    map_argument,
    read,
    row_by_row,
    slug_in,
    take_rows,
    text_in,
)
from productops.numbers import SYMBOLS
from productops.parsing import Unreadable
from teams.models import Person
from tooling import actions
from tooling.choices import BillingPeriod, PriceModel
from tooling.exchange.tools import named
from tooling.models import Contract, Tool

COLUMNS = (
    "reference", "tool", "name", "vendor", "category", "price_model", "amount", "currency",
    "period", "seats", "pack_size", "from", "until", "notice_days", "auto_renews", "owner",
)  # fmt: skip
GIVEN = tuple(name for name in COLUMNS if name not in ("vendor", "category"))
OF_FIELDS = {"from_on": "from", "until_on": "until"}
CODES = {symbol: code for code, symbol in SYMBOLS.items()}
ORDERS = {"month-first": (2, 0, 1), "day-first": (2, 1, 0)}  # where year, month and day stand
UNLIMITED = ("", "unlimited")


def take_contracts(file: BinaryIO, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """Contracts by their reference: new ones are entered, known ones changed."""
    tools = {tool.slug: tool for tool in Tool.objects.all()}
    people = {person.email: person for person in Person.objects.all() if person.sees_all}

    def take_row(row: Row) -> str:
        tool = tool_in(row, tools, by, options)
        values = values_in(row, options) | {"tool": tool}
        values["name"] = text_in(row, "name") or values.get("name") or tool.name
        if "owner" in row:
            values["owner"] = known(row, "owner", people)
        reference = slug_in(row, "reference") or parsing.to_slug(values["name"])[:120]
        contract = Contract.with_trash.filter(reference=reference).first()
        if contract is not None and contract.deleted_at is not None:
            raise Cell("reference", _("This contract is in the trash."))
        checked(rehearsed(contract, values | {"reference": reference}), OF_FIELDS)
        if contract is None:
            new = Contract(reference=reference)
            actions.write_values(row=new, values=values, by=by)
            return "created"
        changed = actions.write_values(row=contract, values=values, by=by)
        return "updated" if changed else "unchanged"

    needs = ("tool", "amount")
    return take_rows(file, name, options, needs=needs, knows=COLUMNS, take=row_by_row(take_row))


def rehearsed(contract: Contract | None, values: dict[str, Any]) -> Contract:
    """The contract as it would be, to ask its rules before anything is written."""
    row = Contract() if contract is None else copy(contract)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def tool_in(row: Row, tools: dict[str, Tool], by: Person | None, options: dict) -> Tool:
    """The tool that a row names by name or short name; entered where the options say so."""
    title = text_in(row, "tool", needed=True, longest=500)
    slug = slug_in(row, "tool")
    if slug not in tools:
        if not options.get("create_tools"):
            raise Cell("tool", _("“%s” is not known.") % title[:80])
        vendor = named(row, "vendor", actions.vendor_named, name=text_in(row, "vendor"))
        values = {"slug": slug, "name": title[:200], "vendor": vendor}
        values["category"] = text_in(row, "category")[:100]
        tools[slug] = actions.found_tool(values=values, by=by)
    return tools[slug]


def values_in(row: Row, options: dict[str, Any]) -> dict[str, Any]:
    """The values of the columns that the file has; the options fill what it does not say."""
    amount, currency = amount_in(row, options.get("decimal") or ".")
    from_on = date_in(row, "from", options) or begins(options)
    if from_on is None:
        raise Cell("from", _("This is missing; the option “begins” says it for such rows."))
    values: dict[str, Any] = {"amount": amount, "from_on": from_on}
    values["price_model"] = choice_in(row, "price_model", PriceModel) or options.get("price_model")
    values["currency"] = text_in(row, "currency").upper() or options.get("currency") or currency
    values["period"] = choice_in(row, "period", BillingPeriod) or options.get("period")
    values["notice_days"] = read(row, "notice_days", parsing.to_whole, high=3650)
    values["auto_renews"] = read(row, "auto_renews", parsing.to_flag)
    values = {name: value for name, value in values.items() if value not in ("", None)}
    if "until" in row:
        values["until_on"] = date_in(row, "until", options)
    for column in ("seats", "pack_size"):
        if column in row:
            values[column] = count_in(row, column)
    return values


def amount_in(row: Row, decimal: str) -> tuple[Decimal, str]:
    """An amount and the currency that its sign names, "" for a bare number."""
    text = row["amount"].strip()
    sign = re.match(r"[^\d.,+\-\u2212]+", text)
    symbol = sign[0].strip() if sign else ""
    if symbol and symbol not in CODES:
        raise Cell("amount", _("“%s” is no sign of a currency known here.") % symbol[:20])
    try:
        amount = parsing.to_amount(text[len(sign[0]) if sign else 0 :], decimal=decimal)
    except Unreadable as problem:
        raise Cell("amount", str(problem)) from problem
    return amount, CODES.get(symbol, "")


def count_in(row: Row, column: str) -> int | None:
    if row[column].strip().lower() in UNLIMITED:
        return None
    return read(row, column, parsing.to_whole)


def date_in(row: Row, column: str, options: dict[str, Any]) -> date | None:
    """A day in the order that the options name; as 2026-03-31 where they name none."""
    order = ORDERS.get(options.get("dates") or "")
    parts = re.fullmatch(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})", row.get(column, "").strip())
    if order and parts:
        year, month, day = (parts.groups()[place] for place in order)
        row = row | {column: f"{year}-{month:0>2}-{day:0>2}"}
    return read(row, column, parsing.to_date)


def begins(options: dict[str, Any]) -> date | None:
    return read({"begins": options.get("begins") or ""}, "begins", parsing.to_date)


def give_contracts(person: Person | None, options: dict[str, Any]) -> Iterator[list]:
    contracts = Contract.objects.visible_to(person) if person else Contract.objects.all()
    yield list(GIVEN)
    for contract in contracts.select_related("tool", "owner").order_by("reference"):
        yield [
            contract.reference,
            contract.tool.slug,
            contract.name,
            contract.price_model,
            contract.amount,
            contract.currency,
            contract.period,
            "" if contract.seats is None else contract.seats,
            contract.pack_size or "",
            contract.from_on,
            contract.until_on or "",
            contract.notice_days,
            "yes" if contract.auto_renews else "no",
            contract.owner.email if contract.owner else "",
        ]


def arguments(parser: ArgumentParser) -> None:
    map_argument(parser)
    parser.add_argument("--create-tools", action="store_true", help="enter unknown tools")
    parser.add_argument("--begins", metavar="DATE", help="first day where a row has none")
    parser.add_argument("--dates", choices=sorted(ORDERS), help="order of days like 02/26/2016")
    parser.add_argument("--currency", metavar="CODE", help="where a row names none, such as EUR")
    parser.add_argument("--price-model", choices=PriceModel.values, help="where a row has none")
    parser.add_argument("--period", choices=BillingPeriod.values, help="where a row has none")


kind(Kind("contracts", take=take_contracts, give=give_contracts, arguments=arguments))
