#!/usr/bin/env bash
# Adds the OpenGL renderer (extra `gl`) to .venv: moderngl, and the system's EGL with Mesa where apt may be used as root.
# OpenGL is optional, so this ends well without it and says why. AJAHR_GL=no leaves it out. When all is there it ends at once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PYTHON=.venv/bin/python
PACKAGES='libegl1 libgl1 libegl-mesa0 libgl1-mesa-dri'

say() { echo "[gl] $*"; }
without() { say "$*; the renderer 'gl' is left out and its tests are skipped"; exit 0; }

has_egl() { "$PYTHON" -c 'import ctypes; ctypes.CDLL("libGL.so.1"); ctypes.CDLL("libEGL.so.1")' 2>/dev/null; }
has_wheels() {
    "$PYTHON" -c 'from importlib.metadata import version
for line in open("requirements/gl.txt"):
    if line[0] != "#":
        name, pin = line.split("==")
        assert version(name) == pin.strip()' 2>/dev/null
}

[ "${AJAHR_GL:-yes}" != no ] || without "AJAHR_GL=no"
if ! has_egl && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing the system packages $PACKAGES (about 200 MB)"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $PACKAGES; } >/dev/null 2>&1 || true
fi
has_egl || without "libEGL.so.1 or libGL.so.1 is missing (sudo apt-get install $PACKAGES)"
has_wheels || "$PYTHON" -m pip install --disable-pip-version-check -q -r requirements/gl.txt -c requirements/constraints.txt ||
    without "pip could not install requirements/gl.txt"
