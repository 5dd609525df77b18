"""Every figure in one table: what was measured, its limit or peer, and whether it holds.

Runs each script of this folder as a process of its own and reads the JSON lines that it prints:
``{"figure", "value", "limit", "ratio", "ok"}``; one that could not be measured here
has ``ok`` null and a ``reason``. Ends with 1 when a figure is missed or a script
fails.

    python -m bench.run [SCRIPT ...]
"""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
NOT_SCRIPTS = {"__init__", "run"}
ROW = "{figure:<72} {value:>12} {limit:>12} {ratio:>8}  {verdict}"


def scripts() -> list[str]:
    """The names of the scripts that measure something."""
    found = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    return [name for name in found if name not in NOT_SCRIPTS]


def figures_of(script: str) -> list[dict] | None:
    """Run ``script`` and return its figures, or None when it failed."""
    command = [sys.executable, "-m", f"bench.{script}"]
    done = subprocess.run(command, cwd=FOLDER.parent, stdout=subprocess.PIPE, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    return None if done.returncode and not lines else [json.loads(line) for line in lines]


def shown(figure: dict) -> str:
    verdict = {True: "holds", False: "MISSED", None: "-"}[figure.get("ok")]
    numbers = {key: _number(figure.get(key)) for key in ("value", "limit", "ratio")}
    return ROW.format(figure=figure["figure"][:72], verdict=verdict, **numbers)


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}"
    return "" if value is None else str(value)


def main(names: list[str]) -> int:
    print(ROW.format(figure="figure", value="value", limit="limit", ratio="ratio", verdict=""))
    missed = 0
    for script in names or scripts():
        figures = figures_of(script)
        if figures is None:
            figures = [{"figure": f"{script} failed; its message is above", "ok": False}]
        for figure in figures:
            print(shown(figure), flush=True)
            if reason := figure.get("reason"):
                print(f"    {reason}", flush=True)
            missed += figure.get("ok") is False
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
