#!/usr/bin/env bash
# bash tools/slurm_synthesize.sh PARTITION JOB_NAME TASKS CONFIG OUT [arguments of tools/synthesize_a3d.py]
# An array of TASKS jobs that share the work on one set; OUT lies where all of them see it. The last one finishes the set;
# should some have failed, the same line goes on where they stopped.
# CPUS_PER_TASK (processes of a job), MEM_PER_CPU, TIME and SBATCH_ARGS shape the jobs.
set -euo pipefail
[ $# -ge 5 ] || { echo "usage: $0 PARTITION JOB_NAME TASKS CONFIG OUT [arguments of tools/synthesize_a3d.py]" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
partition=$1 job=$2 tasks=$3 config=$4 out=$5
shift 5
[[ $tasks =~ ^[1-9][0-9]*$ ]] || { echo "error: TASKS is a whole number of at least 1, not $tasks" >&2; exit 2; }
cpus=${CPUS_PER_TASK:-4}
python=$here/../.venv/bin/python
[ -x "$python" ] || python=python
export PYTHONPATH="$here/..${PYTHONPATH:+:$PYTHONPATH}"
command=$(printf '%q ' "$python" -u "$here/synthesize_a3d.py" "$config" --out "$out" --launcher slurm --workers "$cpus" "$@")
# shellcheck disable=SC2086  # SBATCH_ARGS is a list of words
exec sbatch -p "$partition" --job-name="$job" --array="0-$((tasks - 1))" --ntasks=1 --cpus-per-task="$cpus" \
    --mem-per-cpu="${MEM_PER_CPU:-1500M}" ${TIME:+--time="$TIME"} ${SBATCH_ARGS:-} --wrap "exec $command"
