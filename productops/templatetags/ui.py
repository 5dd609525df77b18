"""Tags and filters of `templates/ui/`: always loaded, so pages use them without `{% load %}`."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.forms import BaseForm, Form
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from productops import markdown, navigation, numbers, querystrings
from productops.fragments import fragment

register = template.Library()

STATUS_KINDS = frozenset({"good", "bad", "flat", "danger", "done", "stale"})
THEMES = frozenset({"light", "dark"})


def _stripped(content: SafeString) -> SafeString:
    """The rendered inside of a block without the white space around it; still safe."""
    return SafeString(content.strip())


# Small marks --------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw a Lucide icon; hidden from assistive technology unless it has a label."""
    return _icon(str(name), str(label))


# A list draws the same few marks hundreds of times; texts are in the key, so languages keep apart.
@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> SafeString:
    return fragment("icon", name=name, label=label)


@lru_cache(maxsize=2048)
def _status(kind: str, text: str, pill: bool) -> SafeString:
    return fragment("status", kind=kind, text=text, pill=pill)


@register.simple_tag
def status(kind: str, text: str, pill: bool = False) -> SafeString:
    """Say a state by shape, word and colour; kind is one of STATUS_KINDS, else "flat"."""
    known = kind if kind in STATUS_KINDS else "flat"
    return _status(known, conditional_escape(text), bool(pill))


@register.filter
def initials(name: str) -> str:
    """Two letters for an avatar: first and last word of a name or the start of an address."""
    words = str(name).replace(".", " ").split("@")[0].split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.filter
def split_words(words: str) -> list[str]:
    """The words of a text, for loops over a few fixed names."""
    return words.split()


# Heads and ways around ----------------------------------------------------------------------
@register.simple_block_tag
def page_head(
    content,
    title: str,
    status: str = "",
    status_text: str = "",
    crumbs: Iterable = (),
    parent: str = "",
    parent_url: str = "",
    meta: Iterable | str = (),
) -> SafeString:
    """Head a page; crumbs are (label, url) pairs, or one `parent`; the actions stand inside."""
    facts = [meta] if isinstance(meta, (str, Promise)) else list(meta or ())
    trail = list(crumbs or ()) or ([(parent, parent_url)] if parent else [])
    return fragment(
        "page_head",
        title=title,
        status=status,
        status_text=status_text,
        crumbs=trail,
        meta=[fact for fact in facts if fact],
        actions=_stripped(content),
    )


@register.simple_block_tag
def tabs(content, label: str) -> SafeString:
    """Frame the `{% tab %}`s of one record's pages."""
    return fragment("tabs", content=content, label=label)


@register.simple_block_tag
def segmented(content, label: str) -> SafeString:
    """Frame `{% segment %}`s: two to four ways of seeing the same thing."""
    return fragment("segmented", content=content, label=label)


@register.simple_tag
def tab(url: str, text: str, current: bool = False, count=None) -> SafeString:
    """Link to one of the pages of a record; `count` stands beside the word."""
    return fragment("tab", url=url, text=text, current="page" if current else "", count=count)


@register.simple_tag
def segment(url: str, text: str, current: bool = False) -> SafeString:
    """Link to one way of seeing the same thing."""
    return fragment("tab", url=url, text=text, current="true" if current else "", count=None)


@register.simple_block_tag(takes_context=True)
def navigation_list(context, content) -> SafeString:
    """Draw the main navigation; the content is the key of the current place."""
    places = navigation.open_to(_role(context), navigation.PLACES)
    return fragment(
        "navigation",
        places=places,
        active=content.strip() or context.get("active", ""),
    )


@register.simple_tag(takes_context=True)
def beginnings(context) -> list:
    """The entries of the New menu that this person's role may use."""
    return navigation.open_to(_role(context), navigation.BEGINNINGS)


def _role(context) -> str:
    return str(getattr(context.get("user"), "role", "") or "")


@register.simple_tag(takes_context=True)
def theme(context) -> str:
    """The theme to draw: the person's or page's, else this browser's, else the system's."""
    request = context.get("request")
    chosen = context.get("theme") or (request.COOKIES.get("theme") if request else "")
    return chosen if chosen in THEMES else "system"


@register.simple_tag(takes_context=True)
def single_keys(context) -> str:
    """Say "off" where the person switched the single-letter keys off (WCAG 2.1.4)."""
    request = context.get("request")
    chosen = context.get("single_keys") or (request.COOKIES.get("keys") if request else "")
    return "off" if chosen == "off" else "on"


# Frames -------------------------------------------------------------------------------------
@register.simple_block_tag
def card(content, title: str = "", note: str = "", url: str = "", link: str = "", id: str = ""):
    """Frame a section; `note` beside the title, one link (`url`, `link`) at the end of the head."""
    return fragment(
        "card", content=content, title=title, note=note, url=url, link=link, id=id or _slug(title)
    )


def _slug(title: str) -> str:
    """An id for a heading: letters and digits of the title, enough to be unlike its neighbours."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in str(title).lower())
    return f"h-{letters}" if title else ""


@register.simple_block_tag
def notice(content, kind: str = "", title: str = "") -> SafeString:
    """Tell something that concerns the whole page; kind good|bad|danger|done or none."""
    icons = {"danger": "circle-alert", "bad": "triangle-alert", "done": "circle-check"}
    return fragment(
        "notice", content=content, kind=kind, title=title, icon_name=icons.get(kind, "info")
    )


@register.simple_block_tag
def empty_state(content, title: str, text: str = "", icon: str = "inbox") -> SafeString:
    """Say what a list is for when nothing is in it yet; the actions stand inside."""
    return fragment(
        "empty_state", content=_stripped(content), title=title, text=text, icon_name=icon
    )


@register.simple_block_tag
def dialog(content, id: str, title: str) -> SafeString:
    """Frame a native dialog, opened by any link or button with `data-dialog="<id>"`."""
    return fragment("dialog", content=content, id=id, title=title)


@register.simple_block_tag
def stat_strip(content) -> SafeString:
    """Frame two to four `{% stat %}`s."""
    return fragment("stat_strip", content=content)


@register.simple_tag
def stat(label: str, value, small: str = "", note: str = "") -> SafeString:
    """One figure with its label above, a small word beside it and a note below."""
    return fragment("stat", label=label, value=value, small=small, note=note)


@register.simple_block_tag
def bulk_bar(content, one: str = "", many: str = "") -> SafeString:
    """Frame the buttons that act on the chosen rows of the form around them."""
    return fragment("bulk_bar", content=content, one=one, many=many)


@register.simple_tag
def copy_box(value: str, label: str) -> SafeString:
    """Show a token or link once, to be copied."""
    return fragment("copy_box", value=value, label=label)


@register.simple_tag(takes_context=True)
def toast(context, text: str, undo_url: str = "") -> SafeString:
    """A short message at the edge of the page; with `undo_url` it stays until dismissed.

    A message of Django's framework carries its way back as `extra_tags="/trash/7/restore/"`;
    extra tags that are no path of ours are ignored.
    """
    is_path = undo_url.startswith("/") and not undo_url.startswith("//")
    return fragment(
        "toast",
        text=text,
        undo_url=undo_url if is_path else "",
        token=context.get("csrf_token", ""),
    )


# Lists --------------------------------------------------------------------------------------
@register.simple_tag
def task_list(tasks: Iterable) -> SafeString:
    """List things to do; each task: title, url, hint, state (done|cannot|""), kind, text."""
    return fragment("task_list", tasks=list(tasks))


@register.simple_tag
def timeline(events: Iterable) -> SafeString:
    """List what happened; each event: at, who, what, url, icon, changes, comment."""
    return fragment("timeline", events=list(events))


@register.simple_tag(takes_context=True)
def filter_bar(context, form: Form, count=None, target: str = "", one="", many="") -> SafeString:
    """Draw a GET form of filters, its chips and the number of results.

    `target` is the id of the element that htmx replaces while the person types.
    """
    request = context["request"]
    return fragment(
        "filter_bar",
        form=form,
        count=count,
        target=target,
        one=one,
        many=many,
        path=request.path,
        chips=list(querystrings.chips(form, request.GET)),
    )


@register.simple_tag(takes_context=True)
def pagination(context, page) -> SafeString:
    """Link to the pages of a Django `Page`, keeping the rest of the query string."""
    params = context["request"].GET
    numbers_shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [
        (shown, querystrings.replaced(params, page=str(shown)), shown == page.number)
        for shown in numbers_shown
    ]
    return fragment("pagination", page=page, links=links)


@register.simple_tag(takes_context=True)
def sort_header(context, key: str, text: str, number: bool = False) -> SafeString:
    """Head a column that sorts by `?sort=key`, and by `?sort=-key` when asked again."""
    params = context["request"].GET
    current = params.get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    following = f"-{key}" if current == key else key
    url = querystrings.replaced(params, sort=following)
    return fragment("sort_header", text=text, url=url, direction=direction, number=number)


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """List a form's errors at its top, each leading to its field; "" where there are none."""
    found = [("", text) for text in form.non_field_errors()]
    for bound in form:
        found += [(bound.auto_id, f"{bound.label}: {text}") for text in bound.errors]
    return fragment("error_summary", errors=found)


# Numbers and dates --------------------------------------------------------------------------
register.filter("number", numbers.number)
register.filter("signed", numbers.signed)
register.filter("percent", numbers.percent)
register.filter("money", numbers.money)
register.filter("quantity", numbers.quantity)
register.filter("markdown", markdown.render)


@register.filter
def short_date(day) -> str:
    """Write "13 Nov", with the year where it is not this one; "–" for none."""
    return numbers.short_date(day, timezone.localdate()) if day else numbers.NOTHING


@register.filter
def age(since) -> str:
    """Say how old a date or time is: "9 days old"; "–" for none."""
    if not since:
        return numbers.NOTHING
    return numbers.age(since, timezone.now() if hasattr(since, "hour") else timezone.localdate())
