"""Draws two people, one with residual limbs, by every renderer that runs here: a row each, a column for each buffer.

    python tools/misc/show_renderers.py --out work_dirs/renderers.jpg
"""
import argparse
from typing import List, Tuple

import cv2
import numpy as np
import torch

from ajahr_mm.io import UserError, atomic_path, exit_on_user_error
from ajahr_mm.rendering import Camera, Frame, Mesh, make_renderer

#: Colours of body parts and people: the hues of a wheel, in golden steps so that neighbours differ.
WHEEL = cv2.cvtColor(np.uint8([[[int(i * 111.25) % 180, 150, 235] for i in range(64)]]), cv2.COLOR_HSV2RGB)[0]
COLUMNS = ('colour and coverage', 'depth', 'normals', 'face ids', 'parts', 'people')


def people() -> Tuple[np.ndarray, Mesh]:
    """Vertices (2V,3) in the camera frame of two people who overlap, and their mesh."""
    from ajahr_mm.body_models import build_body
    from ajahr_mm.geometry.rotations import axis_angle_to_matrix
    from ajahr_mm.synthesis.poses.pose_bank import PoseBank
    body = build_body('open')
    pose = torch.from_numpy(np.float32(PoseBank().sample_many(2, seed=5, split='train'))).view(2, 23, 3)
    orient = axis_angle_to_matrix(torch.tensor([[np.pi, 0, 0], [2.9, .3, .9]]))
    extent = torch.tensor([[3., 3, 3, 3], [1.4, 3, 3, .6]])
    with torch.no_grad():
        vertices = body(orient, axis_angle_to_matrix(pose), torch.zeros(2, 10), limb_extent=extent,
                        amputation='stump').vertices
    vertices = vertices - vertices.mean(1, keepdim=True) + torch.tensor([[[-.2, 0, 3.5]], [[.25, .05, 3.]]])
    mesh = Mesh(body.faces.numpy(), face_part=body.part_labels[body.faces[:, 0]]).repeat(2)
    return vertices.flatten(0, 1).numpy(), mesh


def panels(frame: Frame) -> List[np.ndarray]:
    """The buffers of a frame's first picture as RGB pictures on white, in the order of ``COLUMNS``."""
    mask, depth = frame.mask[0][..., None], frame.depth[0]
    alpha = frame.alpha[0][..., None] / 255
    near, far = depth[depth > 0].min(), depth.max()
    paints = [255 * (1 - .75 * (depth - near) / (far - near))[..., None].repeat(3, -1), 127.5 * (1 - frame.normal[0]),
              WHEEL[frame.face[0] % len(WHEEL)], WHEEL[frame.part[0]], WHEEL[frame.instance[0] + 1]]
    return [np.uint8(frame.rgb[0] * alpha + 255 * (1 - alpha))] + [np.uint8(np.where(mask, p, 255)) for p in paints]


def sheet(names: List[str], size: int) -> np.ndarray:
    """Picture of all renderers; those that cannot run are told and left out."""
    vertices, mesh = people()
    camera, rows = Camera([1.55 * size, 1.55 * size, size * .5, size * .5], (size, size)), []
    for name in names:
        try:
            with make_renderer(mesh, name) as renderer:
                row = np.concatenate(panels(renderer.render(vertices, camera)), 1)
        except (ImportError, UserError) as error:
            print(f'without {name}: {error}')
            continue
        for column, title in enumerate(COLUMNS):
            cv2.putText(row, f'{name}: {title}' if column == 0 else title, (column * size + 6, 14), cv2.FONT_HERSHEY_SIMPLEX,
                        .4, (60, 60, 60), 1, cv2.LINE_AA)
        rows.append(row)
    if not rows:
        raise UserError('none of the renderers runs here: ' + ', '.join(names))
    return np.concatenate(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--renderers', nargs='+', default=['warp', 'torch', 'gl'])
    parser.add_argument('--size', type=int, default=256, help='side of one picture in px')
    parser.add_argument('--out', required=True, help='picture to write (.jpg or .png)')
    args = parser.parse_args()
    if not args.out.endswith(('.jpg', '.png')):
        raise UserError(f'--out must end in .jpg or .png, got {args.out}')
    if args.size < 32:
        raise UserError(f'--size must be at least 32 px, got {args.size}')
    picture = sheet(args.renderers, args.size)
    with atomic_path(args.out) as path:
        cv2.imwrite(str(path), picture[..., ::-1])
    print(f'wrote {args.out}')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
