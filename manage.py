#!/usr/bin/env python3
"""ProductOps from the command line: `up` runs it, `test` tests it, `help` lists the rest."""

import os
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))


def main():
    from productops import bootstrap

    bootstrap.enter(sys.argv)

    import environ
    from django.core.management import execute_from_command_line

    if os.path.exists(os.path.join(ROOT, ".env")):
        environ.Env.read_env(os.path.join(ROOT, ".env"))  # what is set already wins
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "productops.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
