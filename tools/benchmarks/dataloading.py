"""Measures how many training samples a second one loader worker makes, beside the recipe of HMR2 on the same JPEGs.

    python tools/benchmarks/dataloading.py --json work_dirs/bench_data.json

Both sides read the same files with the same boxes and the same luck (mirror, box scale, rotation, shift as HMR2 draws them),
in turns, several times over; the shortest time of each sample counts. One process, one thread.

Pictures: public-domain photographs of scikit-image, enlarged to 640x480 and 1920x1080 with grain, JPEG quality 92.
Boxes: squares of 1.2 times the longer side of the person, before the random scale of 0.7 to 1.3. One half are people who
fill the frame: 65 to 98 % of its height, or, one in three (lying, reaching), of its width. The other half are small
(640x480: 90 to 250 px high, 1920x1080: 180 to 500 px), anywhere in it.

The recipe (tools/benchmarks/hmr2_recipe.py) blurs whole pictures, by scikit-image in float64, where boxes are large.
``ratio`` is measured against this, ``ratio_without_blur`` against the same without blur, which skips pixels instead, and
``ratio_opencv`` against the fastest thing that still follows the description: decoding and blur by OpenCV, no mask.
"""
import argparse
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import cv2
import hmr2_recipe as recipe
import numpy as np
import torch

from ajahr_mm.io import UserError, atomic_path, exit_on_user_error

SIZES = {'640x480': ((640, 480), (90, 250)), '1920x1080': ((1920, 1080), (180, 500))}
FILLING, LYING = (0.65, 0.98), 1 / 3
#: Blur and mask of each recipe.
RECIPES: Dict[str, Any] = dict(recipe=(recipe.blur_skimage, True), recipe_without_blur=(None, True),
                               recipe_opencv=(recipe.blur_opencv, False))
OURS = 'ours'


class Clock:
    """Adds up the time between its calls by the name of what has just been done."""

    def __init__(self) -> None:
        self.stages: Dict[str, float] = defaultdict(float)
        self._last = time.perf_counter()

    def __call__(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] += now - self._last
        self._last = now


class TimedImage:
    """An ``EncodedImage`` that tells the clock how long its decoding takes."""

    def __init__(self, image, clock: Clock) -> None:
        self.image, self.clock, self.shape = image, clock, image.shape

    def decode(self, *args, **kwargs):
        self.clock('crop')
        decoded = self.image.decode(*args, **kwargs)
        self.clock('decode')
        return decoded


# ---------------------------------------------------------------- what is loaded

def photographs() -> List[np.ndarray]:
    """(H,W,3) uint8 BGR, those that ship with scikit-image."""
    from ajahr_mm.synthesis.backgrounds.photographs import SkimagePhotographs
    source = SkimagePhotographs()
    return [cv2.imread(path) for split in ('train', 'test') for path in source.paths(split)]


def write_pictures(folder: Path, size: Tuple[int, int], count: int, rng: np.random.Generator) -> List[str]:
    """JPEGs of ``size`` (W,H): pieces of the photographs, with grain."""
    folder.mkdir(parents=True, exist_ok=True)
    sources, paths = photographs(), []
    for number in range(count):
        source = sources[number % len(sources)]
        width = min(source.shape[1], int(source.shape[0] * size[0] / size[1]))
        height = int(width * size[1] / size[0])
        x, y = rng.integers(0, source.shape[1] - width + 1), rng.integers(0, source.shape[0] - height + 1)
        picture = cv2.resize(source[y:y + height, x:x + width], size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
        picture += rng.normal(0, 3, picture.shape)
        paths.append(str(folder / f'{number:03d}.jpg'))
        cv2.imwrite(paths[-1], np.clip(picture, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return paths


def make_record(path: str, size: Tuple[int, int], small: Tuple[int, int], fills: bool, rng: np.random.Generator) -> dict:
    """A person as ``BodyDataset`` hands it to the pipeline."""
    lies = fills and rng.random() < LYING
    longest = rng.uniform(*FILLING) * size[0 if lies else 1] if fills else rng.uniform(*small)
    half = np.array([longest / 2, longest / 4] if lies else [longest / 4, longest / 2])
    center = half + rng.uniform(0, 1, 2) * (np.array(size) - 2 * half)
    points = np.ones((44, 3), np.float32)
    points[:, :2] = center + rng.uniform(-1, 1, (44, 2)) * half
    floats = dict(global_orient=rng.normal(0, 1, 3), body_pose=rng.normal(0, 0.3, (23, 3)), betas=rng.normal(0, 1, 10),
                  transl=np.array([0, 0, 40.0]), camera=np.array([0.9, 0, 0]), root_offset=np.zeros(3), center=center,
                  limb_extent=np.full(4, 3.0), keypoints_3d=np.column_stack([rng.normal(0, 0.5, (44, 3)), np.ones(44)]))
    return dict({name: value.astype(np.float32) for name, value in floats.items()}, img_path=path, size=1.2 * longest,
                keypoints_2d=points, projected_2d=points.copy(), visibility=np.zeros(44, np.uint8), rotation=0.0, flip=False,
                has_pose=1.0, has_betas=1.0, has_limbs=1.0, sample_idx=0, sample_id='bench/0', dataset_name='bench')


def make_draw(rng: np.random.Generator) -> recipe.Draw:
    """As HMR2 draws."""
    turned = rng.random() < 0.6
    return recipe.Draw(flip=bool(rng.random() < 0.5), scale=1 + 0.3 * float(np.clip(rng.normal(), -1, 1)),
                       rotation=30 * float(np.clip(rng.normal(), -2, 2)) * turned,
                       shift=0.02 * np.clip(rng.normal(size=2), -1, 1), color=rng.uniform(0.8, 1.2, 3))


# ---------------------------------------------------------------- the two ways

def load_ours(record: dict, draw: recipe.Draw, clock: Clock, color: bool = True) -> dict:
    """The training pipeline of the configs, with given luck in place of RandomFlipBody and RandomScaleRotate."""
    from ajahr_mm.datasets.transforms import CropBody, LoadImage, PackBodyInputs, RandomColor
    from ajahr_mm.datasets.transforms.flip import flip_body
    from ajahr_mm.datasets.transforms.scale_rotate import scale_rotate
    results = LoadImage(defer=True)({key: np.copy(v) if isinstance(v, np.ndarray) else v for key, v in record.items()})
    clock('read')
    results = scale_rotate(results, 1.0, 0.0, draw.shift)
    if draw.flip:
        results = flip_body(results)
    results = scale_rotate(results, draw.scale, -draw.rotation, np.zeros(2))
    results['encoded_img'] = TimedImage(results['encoded_img'], clock)
    clock('labels')
    results = CropBody()(results)
    clock('crop')
    if color:
        results = RandomColor(0.2)(results)
        clock('colour')
    packed = PackBodyInputs()(results)
    clock('pack')
    return packed


def psnr(record: dict, draw: recipe.Draw) -> float:
    """dB between the two crops of one sample, colour left alone."""
    ours = load_ours(record, draw, Clock(), color=False)['inputs'].numpy().astype(np.float64)
    theirs = recipe.load(record, draw._replace(color=np.ones(3)), recipe.blur_skimage, Clock())['img'].numpy()
    theirs = theirs * np.array(recipe.STD)[:, None, None] + np.array(recipe.MEAN)[:, None, None]
    return float(10 * np.log10(255 ** 2 / np.mean((ours - theirs) ** 2)))


def measure(size: Tuple[int, int], small: Tuple[int, int], count: int, rounds: int, folder: Path) -> Dict[str, Any]:
    """All figures of one picture size."""
    rng = np.random.default_rng(0)
    paths = write_pictures(folder, size, count, rng)
    fills = np.arange(count) % 2 == 0
    records = [make_record(path, size, small, bool(full), rng) for path, full in zip(paths, fills)]
    draws = [make_draw(rng) for _ in paths]
    ways: Dict[str, Callable] = {OURS: load_ours}
    for name, (blur, masked) in RECIPES.items():
        ways[name] = lambda record, draw, clock, blur=blur, masked=masked: recipe.load(record, draw, blur, clock, masked)
    best = {name: [None] * count for name in ways}
    for _ in range(rounds + 1):  # the first one warms up; it can hardly be the fastest
        for name, way in ways.items():  # each goes through all pictures in its turn: a worker does nothing else either
            for number in range(count):
                clock = Clock()
                way(records[number], draws[number], clock)
                total = sum(clock.stages.values())
                if best[name][number] is None or total < best[name][number][0]:
                    best[name][number] = total, dict(clock.stages)
    seconds = {name: np.array([total for total, _ in found]) for name, found in best.items()}
    report: Dict[str, Any] = {name: dict(images_per_second=count / seconds[name].sum(), ms=1e3 * seconds[name].mean(),
                                         stages_ms=_stages(best[name])) for name in ways}
    for name in RECIPES:
        report[name.replace('recipe', 'ratio', 1)] = seconds[name].sum() / seconds[OURS].sum()
    report['ratio_by_people'] = {people: {name: seconds[name][rows].sum() / seconds[OURS][rows].sum() for name in RECIPES}
                                 for people, rows in (('fill_the_frame', fills), ('small', ~fills))}
    sides = np.array([record['size'] * draw.scale for record, draw in zip(records, draws)])
    report['box_px'] = dict(zip(('smallest', 'median', 'largest'), np.percentile(sides, [0, 50, 100]).tolist()))
    report['blurred_share'] = float((sides / recipe.SIZE / 2 > 1.1).mean())
    same = [psnr(record, draw) for record, draw in zip(records, draws)]
    report['psnr_db'] = dict(smallest=min(same), median=float(np.median(same)))
    report['kilobytes'] = float(np.mean([Path(path).stat().st_size for path in paths]) / 1e3)
    return report


def _stages(found: list) -> Dict[str, float]:
    names = dict.fromkeys(name for _, stages in found for name in stages)
    return {name: 1e3 * float(np.mean([stages.get(name, 0) for _, stages in found])) for name in names}


def show(name: str, report: Dict[str, Any]) -> None:
    box = report['box_px']
    print(f'\n{name}: JPEGs of {report["kilobytes"]:.0f} kB, boxes {box["smallest"]:.0f} to {box["largest"]:.0f} px, median '
          f'{box["median"]:.0f}; the recipe blurs {report["blurred_share"]:.0%} of the pictures')
    for way in (OURS, *RECIPES):
        stages = ', '.join(f'{stage} {ms:.2f}' for stage, ms in report[way]['stages_ms'].items())
        print(f'  {way:20} {report[way]["images_per_second"]:6.0f} images/s  {report[way]["ms"]:7.2f} ms: {stages}')
    people = {name: ratios['recipe'] for name, ratios in report['ratio_by_people'].items()}
    print(f'  ratio {report["ratio"]:.2f} (without blur {report["ratio_without_blur"]:.2f}, all by OpenCV '
          f'{report["ratio_opencv"]:.2f}); people who fill the frame {people["fill_the_frame"]:.2f}, small ones '
          f'{people["small"]:.2f}')
    alike = report['psnr_db']
    print(f'  same picture: PSNR median {alike["median"]:.1f} dB, smallest {alike["smallest"]:.1f} dB')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pictures', type=int, default=24, help='of each size')
    parser.add_argument('--rounds', type=int, default=5, help='the shortest time of so many counts')
    parser.add_argument('--sizes', nargs='+', choices=list(SIZES), default=list(SIZES))
    parser.add_argument('--json', type=Path, help='JSON file to write')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    if args.pictures < 2 or args.rounds < 1:
        raise UserError('--pictures must be at least 2 and --rounds at least 1.')
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    report: Dict[str, Any] = dict(pictures=args.pictures, rounds=args.rounds, sizes={})
    with tempfile.TemporaryDirectory() as folder:
        for name in args.sizes:
            report['sizes'][name] = measure(*SIZES[name], args.pictures, args.rounds, Path(folder) / name)
            show(name, report['sizes'][name])
    if args.json:
        with atomic_path(args.json) as temporary:
            temporary.write_text(json.dumps(report, indent=2) + '\n')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
