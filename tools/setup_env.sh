#!/usr/bin/env bash
# Makes .venv with everything pinned in requirements/ and the package itself in editable mode.
# Safe to run any number of times; when nothing has changed it ends at once.
# AJAHR_PYTHON=/path/to/python3.11 chooses the interpreter (3.10, 3.11 or 3.12; 3.11 has everything).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
VENV=$ROOT/.venv
STAMP=$VENV/.ajahr_stamp
LOG=$VENV/setup.log

say() { echo "[setup] $*"; }
die() { echo "error: $*" >&2; exit 1; }

fingerprint() {  # of what is pinned, where it stands (a moved venv is broken) and which Python runs it
    { cat requirements/*.txt setup.py pyproject.toml tools/setup_env.sh; echo "$ROOT"; "$VENV/bin/python" -V; } 2>/dev/null |
        sha256sum | cut -d' ' -f1
}
is_done() { [ -x "$VENV/bin/python" ] && [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "$(fingerprint)" ]; }

supported() { "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; }

find_python() {
    if [ -n "${AJAHR_PYTHON:-}" ]; then
        supported "$AJAHR_PYTHON" || die "AJAHR_PYTHON=$AJAHR_PYTHON is not a Python 3.10, 3.11 or 3.12; set it to one that is."
        echo "$AJAHR_PYTHON"
        return
    fi
    local name
    for name in python3.11 python3 python3.10 python3.12 python; do
        if supported "$name"; then command -v "$name"; return; fi
    done
    die "no Python 3.10, 3.11 or 3.12 was found ($(python3 -V 2>&1 || true)); install python3.11 or set AJAHR_PYTHON to one."
}

need_venv_module() {  # Debian and Ubuntu ship venv and ensurepip as a package of their own
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    local package
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing the system package $package, which this Python lacks"
        { apt-get update -qq && apt-get install -y -qq "$package"; } >/dev/null 2>&1 || true
    fi
    "$1" -c 'import ensurepip, venv' 2>/dev/null || die "$1 cannot make virtual environments; run: sudo apt-get install $package"
}

pip_install() {  # pip's full output goes to the log, a line per package to the terminal
    "$VENV/bin/python" -m pip install --disable-pip-version-check --progress-bar off "$@" 2>&1 | tee -a "$LOG" |
        sed -u -n -e 's/^Collecting \([^ ]*\).*/[setup]   fetching \1/p' -e 's/^Installing collected.*/[setup]   unpacking/p' ||
        { tail -n 15 "$LOG" >&2; die "pip failed, see the lines above and $LOG; check the network and run this again."; }
}

if is_done; then say "environment is up to date"; exit 0; fi
if command -v flock >/dev/null; then
    exec 9>"$ROOT/.venv.lock"
    flock -n 9 || { say "another set-up is running here, waiting for it"; flock 9; }
    if is_done; then say "environment is up to date"; exit 0; fi
fi

start=$SECONDS
# A venv that was moved or whose Python is gone cannot be mended; one with older pins can.
home=$(sed -n "s/^VIRTUAL_ENV=['\"]\{0,1\}\([^'\"]*\)['\"]\{0,1\}$/\1/p" "$VENV/bin/activate" 2>/dev/null | head -n 1 || true)
if [ -d "$VENV" ] && { ! supported "$VENV/bin/python" || { [ -n "$home" ] && [ "$home" != "$VENV" ]; }; }; then
    say "the old .venv cannot be used here, making a new one"
    rm -rf "$VENV"
fi
if [ ! -d "$VENV" ]; then
    PYTHON=$(find_python)
    need_venv_module "$PYTHON"
    say "1/4 virtual environment with $("$PYTHON" -V) in .venv"
    "$PYTHON" -m venv "$VENV" || die "$PYTHON -m venv failed; is the disk full?"
else
    say "1/4 virtual environment .venv is there ($("$VENV/bin/python" -V))"
fi
rm -f "$STAMP"
: > "$LOG"

say "2/4 pinned libraries (about 3 GB to download the first time, 2-6 minutes)"
pip_install -r requirements/build.txt
pip_install -r requirements/core.txt -r requirements/tests.txt -c requirements/constraints.txt
say "3/4 OpenMMLab libraries, without the dependencies of theirs that do not build"
pip_install --no-deps -r requirements/nodeps.txt
say "4/4 ajahr_mm itself, editable"
pip_install --no-deps --no-build-isolation -e .
if [ -f tests/tools/gltf_validator/validator.py ]; then
    # Without it only some tests of exported files are left out, so it does not stop the set-up.
    "$VENV/bin/python" tests/tools/gltf_validator/validator.py 2>&1 | tee -a "$LOG" | sed 's/^/[setup] note: /' || true
fi

if "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 12))'; then
    say "note: xtcocotools has no wheel for Python 3.12, so mmpose (ViTPose keypoints) is not usable here; everything else is. Use Python 3.11 to have it."
fi
OMP_NUM_THREADS=1 "$VENV/bin/python" -W ignore -c 'import torch, cv2, mmengine, mmcv, ajahr_mm' >>"$LOG" 2>&1 ||
    { tail -n 5 "$LOG" >&2; die "the environment was made but does not import, see the lines above; remove .venv and run this again."; }
fingerprint > "$STAMP"
say "ready after $((SECONDS - start)) s"
