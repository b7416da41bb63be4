"""Runs the whole road once: body, A3D-mini, tokenizers, AJAHR, evaluation, inference, report.

Every stage calls the tools a user would call. A finished stage leaves a stamp; the next run skips it unless something it
was made from has changed.
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Dict, List, Tuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
DATA = Path('data/a3d_mini')
WORK = Path('work_dirs/quickstart')
SYNTHESIS = 'configs/synthesis/a3d-mini.py'
TOKENIZERS = {name: f'configs/tokenizer/tokenizer_tiny_{name}.py' for name in ('intact', 'amputee')}
AJAHR = 'configs/ajahr/ajahr_tiny_a3d-mini.py'
BASELINE = 'configs/ajahr/mean-body_a3d-mini.py'
#: Two processes of one thread each: the same sums on any machine, and no core waits for another.
PROCESSES = 2
#: Labels of the test people that are drawn: two intact, one without two limbs, arms and legs at all levels.
SHOWN = (12, -1, 1, 5, 6, 10, 8, 12)


# ---------------------------------------------------------------- stages

def body() -> None:
    from ajahr_mm.body_models import build_body
    model = build_body('open')
    print(f'  open body: {model.num_vertices} vertices, {len(model.faces)} faces, {model.num_betas} shape axes')


def synthesis() -> None:
    """A set of another state of the code is refused by the generator; this one is ours, so it is made anew."""
    from ajahr_mm.engine.config import load_config
    from ajahr_mm.io import UserError
    from ajahr_mm.synthesis.running.claim import WORKSHOP, claim
    if (DATA / WORKSHOP).exists():
        try:
            claim(DATA, load_config(SYNTHESIS).to_dict())
        except UserError as error:
            print(f'  {error}: making it anew')
            shutil.rmtree(DATA)
    run('synthesize_a3d.py', SYNTHESIS, '--out', DATA, '--workers', PROCESSES)


def tokenizers() -> None:
    """Both tokenizers side by side, one core each."""
    trainings = [start('train.py', config, '--work-dir', WORK / Path(config).stem, threads=1)
                 for config in TOKENIZERS.values()]
    for training_ in trainings:
        finish(training_)
    for name, config in TOKENIZERS.items():
        folder = WORK / Path(config).stem
        run('test.py', config, checkpoint(folder), '--work-dir', folder, '--out', metrics_file(f'tokenizer_{name}'))


def training() -> None:
    finish(subprocess.Popen(['bash', str(ROOT / 'tools/dist_train.sh'), AJAHR, str(PROCESSES),
                             '--work-dir', str(WORK / 'ajahr')], cwd=ROOT))


def evaluation() -> None:
    run('test.py', AJAHR, checkpoint(WORK / 'ajahr'), '--work-dir', WORK / 'ajahr', '--out', metrics_file('ajahr'))
    run('test.py', BASELINE, 'none', '--work-dir', WORK / 'mean_body', '--out', metrics_file('mean_body'))


def inference() -> None:
    """Eight test people with the keypoints of the simulated detector, and a photograph with keypoints set by hand."""
    import skimage.data

    from ajahr_mm.anatomy.limbs import LABEL_NAMES, classes_to_labels
    from ajahr_mm.apis import BodyInferencer, box_of_square
    from ajahr_mm.apis.people_files import read_people
    from ajahr_mm.geometry.boxes import apply_affine, invert_affine
    samples = test_people()
    images = [sample.img_path for sample in samples]
    boxes = [[box_of_square(sample.center, sample.size)] for sample in samples]
    keypoints = []
    for sample in samples:
        points = sample.gt.input_keypoints.numpy().astype(np.float64)
        seen = points[:, 2:] > 0
        points[:, :2] = np.where(seen, apply_affine(points[:, :2], invert_affine(np.asarray(sample.affine))), 0)
        keypoints.append(points[None])
    astronaut = Path(skimage.data.__file__).parent / 'astronaut.png'
    people = ROOT / 'demo/astronaut.json'
    infer = BodyInferencer(AJAHR, str(checkpoint(WORK / 'ajahr')), keypoint_threshold=0.0)
    infer([*images, str(astronaut)],
          boxes=[*boxes, read_people(people, 'boxes')[astronaut.name]],
          keypoints=[*keypoints, read_people(people, 'keypoints')[astronaut.name]],
          out_dir=WORK / 'pictures')
    truth = [', '.join(LABEL_NAMES[label] for label in classes_to_labels(sample.gt.limb_classes)) for sample in samples]
    write_json(WORK / 'pictures/labels.json', [*truth, 'a real photograph, without labels'])


def report() -> None:
    from ajahr_mm.visualization import write_report
    ajahr, mean_body = read_json(metrics_file('ajahr')), read_json(metrics_file('mean_body'))
    sizes = read_json(DATA / 'dataset_card.json')
    summary = dict(
        protocols={name: errors(ajahr, f'{name}/') for name in ('gt_labels', 'predicted_labels')},
        mean_pose_baseline=errors(mean_body, 'gt_labels/'),
        limb={name: ajahr[f'limb/{name}'] for name in ('accuracy', 'precision', 'recall', 'f1', 'majority_accuracy')},
        tokenizers={name: {key: read_json(metrics_file(f'tokenizer_{name}'))[f'recon/{key}'] for key in ('mpjpe', 'mve')}
                    for name in TOKENIZERS},
        seconds={name: read_json(stamp_file(name))['seconds'] for name in STAGES if stamp_file(name).exists()},
        images=image_counts(sizes), seed=0)
    write_json(WORK / 'summary.json', summary)
    labels = read_json(WORK / 'pictures/labels.json')
    pictures = [dict(person, verdict=f'{person["verdict"]} (label: {label})',
                     **{kind: f'pictures/{person[kind]}' for kind in ('overlay', 'json', 'glb')})
                for person, label in zip(read_json(WORK / 'pictures/results.json')['people'], labels)]
    write_report(WORK / 'index.html', summary, pictures)


#: Each stage with the files of this repository that decide its result.
STAGES: Dict[str, Tuple[Callable[[], None], List[str]]] = dict(
    body=(body, ['ajahr_mm/assets/open_body.npz', 'ajahr_mm/body_models']),
    synthesis=(synthesis, [SYNTHESIS, 'ajahr_mm/synthesis', 'ajahr_mm/rendering']),
    tokenizers=(tokenizers, [*TOKENIZERS.values(), 'configs/_base_', 'ajahr_mm/models/tokenizers',
                             'ajahr_mm/models/pose_autoencoder.py', 'ajahr_mm/models/losses']),
    training=(training, [AJAHR, 'ajahr_mm/models', 'ajahr_mm/datasets']),
    evaluation=(evaluation, [BASELINE, 'ajahr_mm/evaluation']),
    inference=(inference, ['demo/astronaut.json', 'ajahr_mm/apis']),
    report=(report, ['ajahr_mm/visualization']))


# ---------------------------------------------------------------- the way through them

def main() -> None:
    os.chdir(ROOT)
    digest = hashlib.sha256()
    for number, (name, (stage, sources)) in enumerate(STAGES.items(), 1):
        # Includes all earlier stages: what changes one makes every later one stale.
        digest.update(fingerprint(name, sources))
        title = f'[{number}/{len(STAGES)}] {name}'
        stamp = stamp_file(name)
        if stamp.exists() and read_json(stamp)['key'] == digest.hexdigest():
            print(f'{title}: already done', flush=True)
            continue
        print(f'{title} …', flush=True)
        started = time.perf_counter()
        stage()
        seconds = round(time.perf_counter() - started, 1)
        write_json(stamp, dict(key=digest.hexdigest(), seconds=seconds))
        print(f'{title}: done in {seconds:.0f} s', flush=True)
    show(read_json(WORK / 'summary.json'))


def fingerprint(name: str, sources: List[str]) -> bytes:
    """Digest of a stage's name and of every file below its sources."""
    digest = hashlib.sha256(name.encode())
    for source in sources:
        path = ROOT / source
        for file in sorted(path.rglob('*.py')) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.digest()


def start(script: str, *arguments, threads: int = 0) -> subprocess.Popen:
    """One of the tools in this interpreter; ``threads`` 0 leaves the choice to it."""
    environment = dict(os.environ, **({'AJAHR_NUM_THREADS': str(threads)} if threads else {}))
    return subprocess.Popen([sys.executable, str(ROOT / 'tools' / script), *map(str, arguments)], cwd=ROOT,
                            env=environment)


def finish(process: subprocess.Popen) -> None:
    """Waits; a tool that fails has said why, so its exit code ends the quickstart."""
    if process.wait():
        raise SystemExit(process.returncode)


def run(script: str, *arguments) -> None:
    finish(start(script, *arguments))


def checkpoint(folder: Path) -> Path:
    """The last checkpoint of a training."""
    return Path((folder / 'last_checkpoint').read_text().strip())


def test_people() -> list:
    """A ``BodySample`` of the test set for each label in ``SHOWN``."""
    from mmengine.config import Config

    from ajahr_mm.registry import DATASETS, register_all
    register_all()
    dataset = DATASETS.build(Config.fromfile(AJAHR).test_dataloader.dataset)
    labels = np.asarray(dataset.table.column('label', kind='int'))
    rows, taken = [], {}
    for label in SHOWN:
        candidates = np.flatnonzero(labels == label)
        rows.append(int(candidates[taken.get(label, 0)]))
        taken[label] = taken.get(label, 0) + 1
    return [dataset[row]['data_samples'] for row in rows]


def errors(metrics: dict, prefix: str) -> dict:
    return {name: metrics[prefix + name] for name in ('mpjpe', 'pa_mpjpe', 'mve')}


def image_counts(card: dict) -> dict:
    return {split: card['splits'][split]['pictures'] for split in ('train', 'test')}


def metrics_file(name: str) -> Path:
    return WORK / 'metrics' / f'{name}.json'


def stamp_file(stage: str) -> Path:
    return WORK / 'stages' / f'{stage}.json'


def read_json(path: Path):
    from ajahr_mm.io.safe_load import load_json
    return load_json(path)


def write_json(path: Path, content) -> None:
    from ajahr_mm.io import atomic_path
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + '\n')


def show(summary: dict) -> None:
    """The figures that matter, in three lines."""
    gt, mean = summary['protocols']['gt_labels']['mpjpe'], summary['mean_pose_baseline']['mpjpe']
    print(f'\nMPJPE {gt:.0f} mm with given limb labels, {summary["protocols"]["predicted_labels"]["mpjpe"]:.0f} mm with '
          f'predicted ones; the mean body {mean:.0f} mm ({gt / mean:.2f} of it). Limb F1 {summary["limb"]["f1"]:.2f}.\n'
          f'Numbers: {WORK / "summary.json"}\nPictures: {WORK / "index.html"}')


if __name__ == '__main__':
    from ajahr_mm.io import exit_on_user_error
    with exit_on_user_error():
        main()
