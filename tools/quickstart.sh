#!/usr/bin/env bash
# The main job on an ordinary computer: set up, synthesise, train, evaluate, infer, report. Run it again to resume.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash tools/setup_env.sh
exec .venv/bin/python tools/quickstart.py "$@"
