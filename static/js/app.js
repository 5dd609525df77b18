/* ProductOps: what pages gain where scripts run. Every page works without it; nothing here is needed
   to read, answer or save. htmx does the talking to the server, this file the keyboard and the focus. */
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const texts = () => $("#texts")?.dataset ?? {};
  const root = document.documentElement;
  root.classList.add("js");

  /* ---- toasts: stay while pointed at, and as long as they hold an action (WCAG 2.2.1) ---- */
  const leaveLater = (toast) => {
    if (toast.hasAttribute("data-stay")) return;
    let timer = setTimeout(() => toast.remove(), 8000);
    const hold = () => clearTimeout(timer);
    const release = () => { timer = setTimeout(() => toast.remove(), 4000); };
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("pointerleave", release);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("focusout", release);
  };
  const say = (text, { stay = false } = {}) => {
    const toast = $("#texts")?.content.firstElementChild?.cloneNode(true);
    const place = $("#toasts");
    if (!toast || !place) return;
    $("p", toast).textContent = text;
    if (stay) toast.setAttribute("data-stay", "");
    place.append(toast);
    leaveLater(toast);
  };

  /* ---- dialogs and menus ---- */
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (!dialog?.showModal || dialog.open) return Boolean(dialog?.open);
    $$("details.menu[open]").forEach((menu) => { menu.open = false; });
    dialog.showModal();
    if (id === "palette") palette.show();
    return true;
  };
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-dialog],[data-close],[data-dismiss],[data-copy]");
    $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (event.target.matches?.("dialog")) event.target.close();
    if (!target) return;
    if (target.dataset.dialog && !event.ctrlKey && !event.metaKey && openDialog(target.dataset.dialog)) event.preventDefault();
    if (target.hasAttribute("data-close")) target.closest("dialog")?.close();
    if (target.hasAttribute("data-dismiss")) target.closest(".toast")?.remove();
    if (target.dataset.copy) copy(target);
  });
  const copy = async (button) => {
    await navigator.clipboard?.writeText(button.dataset.copy);
    say(button.dataset.copied || texts().copied);
  };

  /* ---- command palette: places, beginnings and this page's actions at once, records by search ---- */
  const palette = {
    show() {
      const input = $("#palette input");
      input.value = "";
      $("#palette-found").replaceChildren();
      this.draw();
      input.focus();
    },
    own() {
      const places = $$(".nav a").map((link) => [link, texts().go]);
      const beginnings = $$("#new-menu a").map((link) => [link, texts().new]);
      const actions = $$(".page-head .actions a[href]").map((link) => [link, ""]);
      const wanted = $("#palette input").value.trim().toLowerCase().split(/\s+/);
      return [...actions, ...beginnings, ...places]
        .map(([link, kind]) => ({ href: link.href, text: $("span:not(.count,.vh)", link)?.textContent ?? link.textContent.trim(), kind }))
        .filter(({ text, kind }) => wanted.every((word) => ` ${kind} ${text}`.toLowerCase().includes(` ${word}`)));
    },
    found() {
      return $$("#palette-found a[href]").map((link) => ({
        href: link.href, text: [...link.childNodes].filter((node) => !node.matches?.(".sub,.vh")).map((node) => node.textContent).join("").trim(),
        kind: (link.closest("li,tr") ?? link.parentElement)?.querySelector(".sub")?.textContent.trim() ?? "",
      }));
    },
    draw() {
      const rows = [...this.found(), ...this.own()].slice(0, 40);
      $("#palette-list").replaceChildren(...rows.map(({ href, text, kind }, index) => {
        const option = document.createElement("div");
        option.setAttribute("role", "option");
        option.id = `palette-${index}`;
        option.dataset.href = href;
        const sub = document.createElement("span");
        sub.className = "sub";
        sub.textContent = kind;
        option.append(text, sub);
        return option;
      }));
      const count = $("#palette-count");
      count.textContent = rows.length ? `${rows.length} ${count.dataset.some}` : count.dataset.none;
      this.choose(0);
    },
    options: () => $$("#palette-list [role=option]"),
    choose(index) {
      const options = this.options();
      const at = options.length ? (index + options.length) % options.length : -1;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
      const input = $("#palette input");
      if (at < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", options[at].id);
      return options[at].scrollIntoView({ block: "nearest" });
    },
    key(event) {
      const options = this.options();
      const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown") this.choose(at + 1);
      else if (event.key === "ArrowUp") this.choose(at - 1);
      else if (event.key === "Enter" && at >= 0) location.assign(options[at].dataset.href);
      else return;
      event.preventDefault();
    },
  };
  document.addEventListener("input", (event) => { if (event.target.closest("#palette")) palette.draw(); });
  document.addEventListener("click", (event) => {
    const option = event.target.closest?.("#palette-list [role=option]");
    if (option) location.assign(option.dataset.href);
  });

  /* ---- keys: single letters can be switched off, and never act while someone types ---- */
  let waitingForPlace = 0;
  const typing = (target) => target.closest?.("input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable]");
  const goTo = (letter) => {
    const link = $(`.nav a[data-letter="${CSS.escape(letter)}"]`);
    if (link) location.assign(link.href);
  };
  const turn = (way) => {
    const link = $(`a[rel=${way}]`);
    if (link) location.assign(link.href);
  };
  const singleKey = (event) => {
    if (Date.now() < waitingForPlace) { waitingForPlace = 0; return goTo(event.key); }
    if (event.key === "g") { waitingForPlace = Date.now() + 1500; return undefined; }
    if (event.key === "?") return openDialog("keys");
    if (event.key === "/" && (openDialog("palette") || $("[type=search]")?.focus() === undefined)) return event.preventDefault();
    if (event.key === "n" || event.key === "p") return turn(event.key === "n" ? "next" : "prev");
    if (/^[0-9]$/.test(event.key)) return chooseAnswer(event.key);
    return undefined;
  };
  /* A digit answers the question on the page; of several scales, the one of the card one is in. */
  const chooseAnswer = (digit) => {
    const radio = `input[type=radio][value="${digit}"]`;
    const option = $(`.opts ${radio}`) ?? $(`.taps ${radio}`, document.activeElement?.closest("section.card") ?? document);
    if (option) { option.checked = true; option.focus(); option.dispatchEvent(new Event("change", { bubbles: true })); }
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.("#palette")) return palette.key(event);
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      if (openDialog("palette")) event.preventDefault();
      return undefined;
    }
    if (event.key === "Escape") $$("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
    if (event.key === "Enter" && event.target.matches?.(".opts input[type=radio]")) { event.preventDefault(); return event.target.form?.requestSubmit(); }
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (typing(event.target) || $("dialog[open]")) return undefined;
    return singleKey(event);
  });

  /* ---- choosing rows: one box for all, and how many ---- */
  const countChosen = (form) => {
    const boxes = $$("tbody .check", form);
    const chosen = boxes.filter((box) => box.checked).length;
    const all = $("[data-check-all]", form);
    if (all) { all.checked = chosen > 0 && chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
    const count = $("[data-bulk-count]", form);
    if (count) count.textContent = `${chosen} ${chosen === 1 ? count.dataset.one : count.dataset.many}`;
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form");
    if (event.target.matches?.("[data-check-all]")) $$("tbody .check", form).forEach((box) => { box.checked = event.target.checked; });
    if (form && event.target.matches?.(".check")) countChosen(form);
  });
  document.addEventListener("reset", (event) => setTimeout(() => countChosen(event.target)));

  /* ---- long selects become searchable; the select stays what is sent ---- */
  const combo = (select) => {
    const frame = document.createElement("div");
    const input = document.createElement("input");
    const list = document.createElement("div");
    frame.className = "combo";
    list.id = `${select.id}-list`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    input.type = "text";
    input.autocomplete = "off";
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    const name = select.labels?.[0]?.textContent.trim() ?? select.name;
    list.setAttribute("aria-label", name);
    input.setAttribute("aria-label", name);
    const shown = () => { input.value = select.selectedOptions[0]?.value ? select.selectedOptions[0].text : ""; };
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
    const take = (option) => { select.value = option.dataset.value; select.dispatchEvent(new Event("change", { bubbles: true })); shown(); close(); };
    const mark = (index) => {
      const rows = [...list.children];
      rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === index)));
      if (!rows[index]) return;
      input.setAttribute("aria-activedescendant", rows[index].id);
      rows[index].scrollIntoView({ block: "nearest" });
    };
    const open = (text) => {
      const fitting = [...select.options].filter((option) => option.value && option.text.toLowerCase().includes(text.toLowerCase())).slice(0, 50);
      list.replaceChildren(...fitting.map((option, i) => {
        const row = document.createElement("div");
        row.setAttribute("role", "option");
        row.id = `${list.id}-${i}`;
        row.dataset.value = option.value;
        row.textContent = option.text;
        return row;
      }));
      list.hidden = fitting.length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
      mark(0);
    };
    input.addEventListener("input", () => { if (!input.value) select.value = ""; open(input.value); });
    input.addEventListener("click", () => open(""));
    input.addEventListener("blur", () => setTimeout(() => { shown(); close(); }, 150));
    list.addEventListener("pointerdown", (event) => { event.preventDefault(); const row = event.target.closest("[role=option]"); if (row) take(row); });
    input.addEventListener("keydown", (event) => {
      const rows = [...list.children];
      const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
      if (event.key === "Escape" && !list.hidden) { close(); event.stopPropagation(); return; }
      if (event.key === "ArrowDown" && list.hidden) open("");
      else if (event.key === "ArrowDown") mark(Math.min(at + 1, rows.length - 1));
      else if (event.key === "ArrowUp") mark(Math.max(at - 1, 0));
      else if (event.key === "Enter" && !list.hidden && rows[at]) take(rows[at]);
      else return;
      event.preventDefault();
    });
    select.after(frame);
    frame.append(input, list);
    select.hidden = true;
    const label = select.labels?.[0];
    input.id = `${select.id}-combo`;
    if (label) label.htmlFor = input.id;
    shown();
  };

  /* ---- charts: arrow keys walk from point to point, each a link that says its value ---- */
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  document.addEventListener("keydown", (event) => {
    const here = event.target.closest?.("svg a.c-point");
    if (!here || !(event.key in STEPS) || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = $$("a.c-point", here.ownerSVGElement);
    const next = all[Math.min(Math.max(all.indexOf(here) + STEPS[event.key], 0), all.length - 1)];
    here.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
    event.preventDefault();
  });

  /* ---- forms: unsaved changes, a second press, the theme without a round trip ---- */
  let changed = false;
  document.addEventListener("input", (event) => { if (event.target.closest?.("form[data-warn]")) changed = true; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  document.addEventListener("submit", (event) => {
    changed = false;
    const form = event.target;
    if (form.method === "post" && !form.hasAttribute("hx-post")) setTimeout(() => form.setAttribute("aria-busy", "true"));
    if (form.matches("[data-appearance]") && event.submitter?.name === "theme") {
      event.preventDefault();
      root.dataset.theme = event.submitter.value;
      $$("[name=theme]", form).forEach((button) => button.setAttribute("aria-pressed", String(button === event.submitter)));
      fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
      setTimeout(() => form.removeAttribute("aria-busy"));
    }
  });
  addEventListener("pageshow", () => $$("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy")));

  /* ---- the outline of a draft begins at what is chosen ---- */
  const chosen = $(".outline [aria-current]");
  if (chosen) chosen.closest(".outline").scrollTop = chosen.offsetTop - 160;

  /* ---- htmx: old content stays visible while waiting; focus never falls off the page ---- */
  let focused = "";
  /* What a page loads by itself is nobody's action: it moves no focus and reports no failure. */
  const byItself = (event) => !event.detail.requestConfig?.triggeringEvent;
  document.addEventListener("htmx:beforeRequest", (event) => {
    focused = document.activeElement?.id ?? "";
    event.detail.target?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute("aria-busy"));
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    prepare(part);
    if (part.id === "palette-found") return palette.draw();
    if (byItself(event)) return undefined;
    /* What is done leads on: to the heading of the next of its kind, further down, else anywhere. */
    if (part.dataset.next) {
      const left = $$(part.dataset.next);
      const next = left.find((card) => part.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING) ?? left[0];
      const heading = $("h2", next ?? part);
      heading.setAttribute("tabindex", "-1");
      heading.focus({ preventScroll: true });
      return (next ?? part).scrollIntoView({ block: "start" });
    }
    const results = $(".results", part);
    if (results && $("#said")) $("#said").textContent = results.firstElementChild.textContent;
    if (part.id === "main" && $("[data-error-summary]", part)) return $("[data-error-summary]", part).focus();
    const survives = document.activeElement && document.activeElement !== document.body;
    if (survives || (focused && document.getElementById(focused) && document.getElementById(focused).focus() === undefined)) return undefined;
    const heading = $("[data-error-summary]", part) ?? $("h1,h2,h3", part) ?? part;
    if (!heading.hasAttribute("tabindex")) heading.setAttribute("tabindex", "-1");
    return heading.focus?.();
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (byItself(event)) return;
    const reference = event.detail.xhr.getResponseHeader("X-Request-ID");
    say(reference ? `${texts().failed} ${texts().reference} ${reference}` : texts().failed, { stay: true });
  });
  document.addEventListener("htmx:sendError", (event) => { if (!byItself(event) && !isSitting(event)) say(texts().offline, { stay: true }); });

  /* ---- answering: what is chosen outlives a dead network and a reload; it goes out when there is one again ---- */
  const sittingForm = () => $("form[data-sitting]");
  const isSitting = (event) => event.detail.elt?.matches?.("form[data-sitting]") ?? false;
  const draftKey = () => `sitting:${location.pathname}`;
  const keepDraft = (form) => {
    const said = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    try { sessionStorage.setItem(draftKey(), JSON.stringify(said)); } catch { /* full or forbidden: the page alone keeps it */ }
  };
  const forgetDraft = () => { try { sessionStorage.removeItem(draftKey()); } catch { /* nothing was kept */ } };
  const takeUpDraft = (form) => {
    let said = null;
    try { said = JSON.parse(sessionStorage.getItem(draftKey())); } catch { return; }
    if (!Array.isArray(said)) return;
    const values = (name) => said.filter(([key]) => key === name).map(([, value]) => value);
    for (const field of form.elements) {
      if (!field.name || field.type === "file" || field.name === "csrfmiddlewaretoken" || field.name === "sure") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = values(field.name).includes(field.value);
      else if (field.tagName !== "BUTTON" && values(field.name).length) [field.value] = values(field.name);
    }
    if (values("comment").concat(values("evidence_url"), values("proposal")).some(Boolean)) $("details.more", form).open = true;
  };
  let waiting = 0, pressed = null;
  const waitForNetwork = (form) => {
    const told = $("[data-waiting]", form);
    if (told) told.hidden = false;
    clearTimeout(waiting);
    waiting = setTimeout(() => sendAgain(form), 4000);
  };
  const sendAgain = (form) => { if (form.isConnected && waiting) { clearTimeout(waiting); waiting = 0; form.requestSubmit(pressed?.isConnected ? pressed : undefined); } };
  addEventListener("online", () => { if (waiting) sendAgain(sittingForm()); });
  document.addEventListener("submit", (event) => { if (event.target.matches("form[data-sitting]")) pressed = event.submitter; }, true);
  for (const name of ["input", "change"]) document.addEventListener(name, (event) => { const form = event.target.closest?.("form[data-sitting]"); if (form) keepDraft(form); });
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, (event) => { if (isSitting(event)) waitForNetwork(event.detail.elt); });
  document.addEventListener("htmx:responseError", (event) => { if (isSitting(event) && event.detail.xhr.status > 501) waitForNetwork(event.detail.elt); });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!isSitting(event)) return;
    const told = $("[data-waiting]", event.detail.elt);
    if (told) told.hidden = true;
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) forgetDraft();
  });

  /* ---- what must be ready on every new piece of page ---- */
  const prepare = (part) => {
    $$("#toasts .toast", part).forEach(leaveLater);
    $$("[data-copy][hidden]", part).forEach((button) => { button.hidden = false; });
    $$("select[data-combobox]:not([multiple],[hidden])", part).forEach(combo);
    $$("form:has(.bulk)", part).forEach(countChosen);
    $$("form[data-sitting]", part).forEach((form) => { if (!$("[data-error-summary]")) takeUpDraft(form); });
  };
  addEventListener("DOMContentLoaded", () => {
    prepare(document);
    $("[data-error-summary]")?.focus();
  });
})();
