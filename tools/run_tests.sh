#!/usr/bin/env bash
# Sets up .venv if needed and runs all tests, slow ones included. Arguments go to pytest:
#   bash tools/run_tests.sh -m "not slow"        bash tools/run_tests.sh tests/engine -x
# AJAHR_TEST_WORKERS says in how many processes (default: the cores at hand, at most 4).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash tools/setup_env.sh
bash tools/setup_gl.sh

cores=$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)  # nproc takes these for the number of cores
# More threads than free cores costs a factor of five: one thread per test process.
export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
workers=${AJAHR_TEST_WORKERS:-$((cores < 4 ? cores : 4))}
echo "[tests] pytest in $workers processes"
exec .venv/bin/python -m pytest -q -n "$workers" --dist loadfile "$@"
