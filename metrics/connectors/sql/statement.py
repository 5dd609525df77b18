"""One statement that reads: checked before it is kept and again before it runs.

This is the second line. The first is the database itself: a transaction that may only read and is
always rolled back, and a role that may do little. Two rules do not lean on reading SQL well: there
is no semicolon but at the end, so that nothing can follow, and no comment that MySQL would run.
"""

import re

from django.utils.translation import gettext as _

LONGEST = 20_000
PARAMETERS = {"since", "today"}
FIRST = {"select", "with"}
WRITING = {"into", "insert", "update", "delete", "merge", "outfile", "dumpfile"}
# Functions that sleep, read or write files, reach other machines, run text as SQL, end or hold up
# others, or change the session.
FORBIDDEN = re.compile(
    r"pg_(?:sleep\w*|read_\w*|ls_\w*|stat_file|file_\w+|terminate_backend|cancel_backend"
    r"|reload_conf|rotate_logfile|switch_wal|create_restore_point|notify|logical_\w+|promote"
    r"|(?:try_)?advisory_\w+|export_snapshot|replication_\w+|\w+_replication_slot|current_logfile)"
    r"|lo_\w+|lowrite|loread|dblink\w*|postgres_fdw\w*|set_config|nextval|setval|currval"
    r"|(?:query|cursor|table|schema|database)_to_xml\w*|ts_stat|xmltable"
    r"|load_file|sleep|benchmark|get_lock|release_lock|release_all_locks|master_pos_wait|sys_\w+"
    r"|source_pos_wait|lastval|load_extension|readfile|writefile|edit|fts3_tokenizer|fileio_\w+"
)
_PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")  # as SQLAlchemy reads them
_COMMON = r"""
    (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`)
  | (?P<comment>/\*.*?\*/|{dashes}[^\r\n]*)
  | (?P<text>{text})
  | (?P<word>[^\W\d][\w$]*)
  | .
"""
_PLAIN, _ESCAPED = r"'(?:[^']|'')*'", r"'(?:[^'\\]|\\.|'')*'"
_FLAGS = re.VERBOSE | re.DOTALL
_TOKENS = {
    "postgresql": re.compile(
        _COMMON.format(
            dashes="--",
            text=rf"[eE]{_ESCAPED}|{_PLAIN}|(?<![\w$])\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$",
        ),
        _FLAGS,
    ),
    "mysql": re.compile(_COMMON.format(dashes=r"--(?=\s)|\#", text=_ESCAPED), _FLAGS),
    "sqlite": re.compile(_COMMON.format(dashes="--", text=_PLAIN), _FLAGS),
}


def wrong_statement(query: str, dialect: str) -> str:
    """What keeps the text from being one statement that reads, as a sentence; else empty."""
    text = query.strip()
    if len(text) > LONGEST or "\x00" in text:
        return _("Write at most 20,000 characters of SQL.")
    if ";" in text.removesuffix(";"):
        return _(
            "Write one statement; a semicolon may stand at its end only, not in a text either."
        )
    if "/*!" in text or re.search(r"/\*m!", text, re.IGNORECASE):
        return _("A comment that the database would run is not allowed.")
    words, called = _words(text, dialect)
    if not words or words[0] not in FIRST:
        return _("The statement must begin with SELECT or WITH.")
    if writing := WRITING.intersection(words):
        return _("A source only reads: %(word)s is not allowed.") % {"word": min(writing).upper()}
    if found := next((name for name in called if FORBIDDEN.fullmatch(name)), ""):
        return _("A source only reads: %(word)s is not allowed.") % {"word": found}
    return _wrong_parameter(text)


def _wrong_parameter(text: str) -> str:
    unknown = set(_PARAMETER.findall(text)) - PARAMETERS
    if not unknown:
        return ""
    reason = _(
        "There is no parameter :%(name)s, only :since and :today; a colon in a text is written \\:."
    )
    return reason % {"name": min(unknown)}


def parameters_of(query: str) -> set[str]:
    return set(_PARAMETER.findall(query)) & PARAMETERS


def _words(text: str, dialect: str) -> tuple[list[str], list[str]]:
    """Keywords and plain names in lower case; and names, also quoted ones, of what is called."""
    words, called, last = [], [], ""
    for token in _TOKENS[dialect].finditer(text):
        if token["comment"] or token[0].isspace():
            continue
        if token[0] == "(" and last:
            called.append(last)
        if token["word"]:
            words.append(token["word"].lower())
        last = (token["word"] or (token["quoted"] or "")[1:-1]).lower()
    return words, called
