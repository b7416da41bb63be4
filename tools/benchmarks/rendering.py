"""Times the renderers against each other, turn by turn in one run, and writes a table and a JSON file.

    python tools/benchmarks/rendering.py --body open --size 256 512 1024 --samples 1 2 --out rendering.json

The figure is a person-sized ellipsoid of about ``--faces`` faces with a 1024 px texture, or a body with ``--body open``.
Without ``--renderers`` all run that can run here: warp, torch, gl, and pyrender as a peer if it is installed. pyrender gives
colour and depth alone, no face ids and no coverage, and has its own number of samples.
"""
import argparse
import json
import platform
import time
from importlib.util import find_spec
from typing import Any, Dict, List, Tuple

import numpy as np
import pyrender_peer
import torch

from ajahr_mm.io import UserError, atomic_path, exit_on_user_error
from ajahr_mm.rendering import Camera, Mesh, make_renderer


def ellipsoid(faces: int) -> Tuple[np.ndarray, Mesh]:
    """Vertices (V,3) of a 1.8 m tall ellipsoid around the origin, and its textured mesh."""
    rings = max(3, round((faces / 4) ** 0.5))
    sectors = 2 * rings
    angle, turn = np.meshgrid(np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, sectors + 1), indexing='ij')
    uv = np.stack([turn / (2 * np.pi), angle / np.pi], -1).reshape(-1, 2)
    grid = np.stack([.3 * np.sin(angle) * np.cos(turn), -.9 * np.cos(angle), .2 * np.sin(angle) * np.sin(turn)], -1)
    row, column = (index.reshape(-1) for index in np.mgrid[:rings, :sectors])
    a = row * (sectors + 1) + column
    b, c, d = a + 1, a + sectors + 2, a + sectors + 1
    texture = np.random.default_rng(0).integers(0, 256, (1024, 1024, 3), dtype=np.uint8)
    return grid.reshape(-1, 3), Mesh(np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]), uv=uv,
                                     texture=texture)


def body(source: str) -> Tuple[np.ndarray, Mesh]:
    """Vertices (V,3) of a body at rest, upright in the camera frame, and its mesh."""
    from ajahr_mm.body_models import build_body
    model = build_body(source)
    with torch.no_grad():
        rest = model(torch.eye(3)[None], torch.eye(3).expand(1, 23, 3, 3), torch.zeros(1, model.num_betas)).vertices[0]
    points = rest.numpy() * [1, -1, -1]
    return points - points.mean(0), Mesh(np.asarray(model.faces))


def turned(points: np.ndarray, count: int) -> List[np.ndarray]:
    """The figure from ``count`` sides, 5 m away."""
    views = []
    for angle in np.linspace(0, 2 * np.pi, count, endpoint=False):
        c, s = np.cos(angle), np.sin(angle)
        views.append((points @ np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]]) + [0, 0, 5]).astype(np.float32))
    return views


def runnable() -> List[str]:
    """Names of what can draw on this machine."""
    names = [name for name in ('warp',) if find_spec('warp')] + ['torch']
    try:
        make_renderer(Mesh([[0, 1, 2]]), 'gl').render(np.ones((3, 3)), Camera([9, 9, 4, 4], (8, 8)))
        names.append('gl')
    except (ImportError, UserError) as error:
        print(f'without gl: {error}')
    why = pyrender_peer.missing()
    if why is None:
        names.append('pyrender')
    else:
        print(f'without pyrender: {why}')
    return names


def measure(mesh: Mesh, views: List[np.ndarray], names: List[str], size: int, samples: int, rounds: int,
            device: str, ids_at: str) -> Dict[str, Any]:
    """Least milliseconds a frame of each backend, and its ratio to the first; they take turns, so a noisy machine is noisy
    for all."""
    camera = Camera([2.4 * size, 2.4 * size, size / 2, size / 2], (size, size))
    renderers = {name: pyrender_peer.Pyrender(mesh, (size, size)) if name == 'pyrender' else
                 make_renderer(mesh, name, device=device, samples=samples, ids_at=ids_at) for name in names}
    times: Dict[str, List[float]] = {name: [] for name in names}
    for turn in range(-2, rounds):
        for name, renderer in renderers.items():
            start = time.perf_counter()
            renderer.render(views[turn % len(views)], camera, want={'rgb', 'depth', 'face'})
            if turn >= 0:
                times[name].append(1000 * (time.perf_counter() - start))
    for renderer in renderers.values():
        renderer.close()
    least = {name: min(times[name]) for name in names}
    return dict(size=size, samples=samples ** 2, ms=least, ratio={name: least[name] / least[names[0]] for name in names})


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--renderers', nargs='+', help='all are compared to the first; default: all that run')
    parser.add_argument('--size', nargs='+', type=int, default=[256, 512, 1024], help='picture side in px')
    parser.add_argument('--samples', nargs='+', type=int, default=[1, 2], help='samples along a pixel side')
    parser.add_argument('--ids-at', default='center', choices=['center', 'sample'],
                        help='where depth and ids are taken: at pixel centres, or at one of the samples (cheaper)')
    parser.add_argument('--faces', type=int, default=25000)
    parser.add_argument('--body', help='body model to draw instead: open, or the path of a body file')
    parser.add_argument('--rounds', type=int, default=20)
    parser.add_argument('--device', default='cpu')
    parser.add_argument('--threads', type=int, default=1, help='torch threads')
    parser.add_argument('--out', help='JSON file to write')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    if args.rounds < 1:
        raise UserError(f'--rounds must be at least 1, got {args.rounds}')
    torch.set_num_threads(args.threads)
    points, mesh = body(args.body) if args.body else ellipsoid(args.faces)
    views = turned(points, 16)
    names = args.renderers or runnable()
    print(f'{mesh.num_faces} faces on {args.device}, rgb + depth + face ids, '
          f'least ms of {args.rounds} frames (times {names[0]})')
    print(f'{"size":>6} {"samples":>8}' + ''.join(f'{name:>16}' for name in names))
    rows = []
    for size in args.size:
        for samples in args.samples:
            row = measure(mesh, views, names, size, samples, args.rounds, args.device, args.ids_at)
            rows.append(row)
            print(f'{size:>6} {row["samples"]:>8}' + ''.join(f'{row["ms"][name]:>9.2f} ({row["ratio"][name]:.1f})'.rjust(16)
                                                             for name in names))
    if args.out:
        report = dict(faces=mesh.num_faces, device=args.device, threads=args.threads, rounds=args.rounds,
                      ids_at=args.ids_at, torch=torch.__version__,
                      machine=platform.processor() or platform.machine(), rows=rows)
        with atomic_path(args.out) as path, open(path, 'w') as file:
            json.dump(report, file, indent=2)


if __name__ == '__main__':
    with exit_on_user_error():
        main()
