"""Products: the dimension that gaps, objectives and numbers share."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from productops import changelog
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import submitted
from productops.htmx import show
from productops.timeline import events_of
from teams import access, actions, rows
from teams.forms import ProductForm, WordsFilter
from teams.models import Product

PER_PAGE = 50


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    form = WordsFilter(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    products = Product.objects.visible_to(request.user).current().naming(words)
    if request.GET.get("format") == "csv":
        lines = ([p.slug, p.name, p.description, p.criticality] for p in products)
        header = ["product", "name", "description", "criticality"]
        return csv_download("products.csv", header, lines)
    found = products.prefetch_related("people", "teams")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filters": form, "page": page}
    return show(request, "teams/product_list.html", "teams/_product_table.html", context)


@require_safe
def product_detail(request: HttpRequest, pk: int) -> HttpResponse:
    product = access.product_to_read(request.user, pk)
    context = rows.product_page(request.user, product)
    context["events"] = events_of(changelog.history_of(product)[:20])
    return render(request, "teams/product_detail.html", context)


@for_roles("admin", "ops")
@require_http_methods(["GET", "HEAD", "POST"])
def product_new(request: HttpRequest) -> HttpResponse:
    form = ProductForm(submitted(request), person=request.user)
    if form.is_valid():
        return redirect(actions.save_record(form=form, by=request.user))
    return render(request, "teams/product_edit.html", {"form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def product_edit(request: HttpRequest, pk: int) -> HttpResponse:
    product = access.product_to_change(request.user, pk)
    form = ProductForm(submitted(request), instance=product, person=request.user)
    if form.is_valid():
        return redirect(actions.save_record(form=form, by=request.user))
    context = {"product": product, "form": form}
    return render(request, "teams/product_edit.html", context, status=form.status)


@for_roles("admin", "ops")
@require_POST
def product_archive(request: HttpRequest, pk: int) -> HttpResponse:
    product = access.product_to_change(request.user, pk)
    actions.archive(row=product, by=request.user)
    messages.success(request, _("“%s” is archived.") % product)
    return redirect("teams:product-list")
