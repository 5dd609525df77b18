"""Make `.venv` from the hash-pinned requirements and go on inside it; standard library only.

Any Python must be able to parse this file, so that an old one can be told what it lacks: no
f-strings and no annotations here.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
TO_RUN, TO_TEST = "requirements.txt", "requirements-dev.txt"  # the second holds all of the first


def enter(argv):
    """Return inside an environment that has what ``argv`` needs, or replace the process."""
    _refuse_what_cannot_work()
    if not _is_inside():
        if not os.path.exists(PYTHON):
            _make_environment()
        os.execv(PYTHON, [PYTHON] + argv)
    tests = argv[1:2] == ["test"]
    _install(TO_TEST if tests else TO_RUN)
    if tests:
        os.chdir(ROOT)
        os.execv(PYTHON, [PYTHON, "-m", "pytest"] + argv[2:])


def _refuse_what_cannot_work():
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        sys.exit(
            "ProductOps needs Python 3.11 to 3.14; this is {}.{}.\n"
            "Call a newer one by its name, for example: python3.13 {}".format(
                sys.version_info[0], sys.version_info[1], " ".join(sys.argv)
            )
        )
    if os.name != "posix":
        sys.exit("ProductOps runs on Linux and macOS. On Windows use WSL or Docker.")


def _is_inside():
    return os.path.realpath(sys.prefix) == os.path.realpath(VENV)


def _make_environment():
    uv = _uv()
    _say("Making .venv (once)")
    if uv:
        _call([uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, VENV])
        return
    try:
        import ensurepip
        import venv
    except ImportError as missing:
        sys.exit(
            "This Python comes without its module {}.\n"
            "On Debian and Ubuntu install it by: apt install python3-venv".format(missing.name)
        )
    assert ensurepip
    venv.create(VENV, with_pip=True, symlinks=True, clear=os.path.lexists(PYTHON))


def _install(wanted):
    """Install ``wanted`` unless the stamp says that its very contents are installed."""
    if _has(wanted):
        return
    import fcntl

    folder = os.open(VENV, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)  # two commands at once: the second finds all installed
    try:
        if not _has(wanted):
            wanted = TO_TEST if _stamped()[0] == TO_TEST else wanted
            _say("Installing " + wanted + " into .venv (once, and when that file changes)")
            _write_stamp("")
            _install_with_the_best_tool(wanted)
            _write_stamp(wanted + " " + _digest(wanted))
    finally:
        os.close(folder)


def _install_with_the_best_tool(wanted):
    pinned = ["install", "--quiet", "--require-hashes", "-r", os.path.join(ROOT, wanted)]
    uv = _uv()
    if uv:
        try:
            return _call([uv, "pip"] + pinned + ["--python", sys.executable])
        except SystemExit:
            _say("uv could not; trying pip")
    _call([sys.executable, "-m", "ensurepip", "--default-pip"], quiet=True)
    # Compiling what is never imported would take longer than all the rest.
    options = ["--disable-pip-version-check", "--no-input", "--no-compile"]
    return _call([sys.executable, "-m", "pip"] + pinned + options)


def _has(wanted):
    name, digest = _stamped()
    return name in (wanted, TO_TEST) and digest == _digest(name)


def _stamp():
    """Beside the packages, so that it is not found when .venv gets another Python."""
    import sysconfig

    return os.path.join(sysconfig.get_paths()["purelib"], "productops-requirements")


def _stamped():
    try:
        with open(_stamp()) as file:
            return tuple(file.read().split()) or ("", "")
    except OSError:
        return ("", "")


def _write_stamp(text):
    with open(_stamp(), "w") as file:
        file.write(text)


def _digest(name):
    import hashlib

    with open(os.path.join(ROOT, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _uv():
    import shutil

    return shutil.which("uv")


def _call(command, quiet=False):
    import subprocess

    if subprocess.call(command, stdout=subprocess.DEVNULL if quiet else None):
        sys.exit(
            "This failed: {}\nIs the package index reachable? The same command goes on "
            "where it stopped.".format(" ".join(command))
        )


def _say(text):
    sys.stderr.write(text + " ...\n")
    sys.stderr.flush()
