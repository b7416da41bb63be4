"""Writes a body to a file: a rigged, animated GLB, or the mesh of one frame as OBJ or PLY.

    python tools/misc/export_body.py work_dirs/body.glb --limbs left_leg=1.4 right_arm=2
    python tools/misc/export_body.py work_dirs/walk.glb --limbs left_leg=1.4 \\
        --key-poses walk_contact walk_pass mirror:walk_contact mirror:walk_pass walk_contact --seconds 1.2
    python tools/misc/export_body.py work_dirs/motion.glb --poses amass_motion.npz
    python tools/misc/export_body.py work_dirs/person.obj --poses work_dirs/demo/photo_0.json --uv

docs/export.md explains what the files hold.
"""
import argparse
from pathlib import Path

import numpy as np

from ajahr_mm.anatomy import limbs
from ajahr_mm.body_models import build_body
from ajahr_mm.body_models.amputation import MODES
from ajahr_mm.body_models.export import export_body, rig_error
from ajahr_mm.body_models.motion_files import AXES, Motion, load_motion
from ajahr_mm.io import UserError, exit_on_user_error
from ajahr_mm.io.meshes.material import Material
from ajahr_mm.io.mesh_files import check_suffix
from ajahr_mm.io.meshes.rig import Clip
from ajahr_mm.io.meshes.rigged_glb import ABSENT
from ajahr_mm.visualization.colors import BODY

MIRROR = 'mirror:'


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='Write a body as rigged GLB, OBJ or PLY.')
    parser.add_argument('out', help='file to write; .glb, .obj or .ply')
    parser.add_argument('--body', default='open', help='"open", or an SMPL or SMPL-H .npz file')
    parser.add_argument('--betas', nargs='+', type=float, metavar='SD', help='shape, standard deviations; the rest is 0')
    parser.add_argument('--limbs', nargs='+', default=[], metavar='LIMB=EXTENT',
                        help=f'where limbs end, 0 to 3; limbs are {", ".join(limbs.LIMBS)}')
    parser.add_argument('--amputation', choices=MODES, help='how lost limbs end (default: stump)')
    motion = parser.add_mutually_exclusive_group()
    motion.add_argument('--poses', help='.npz of poses, or the .json of a person from inference; default: T-pose')
    motion.add_argument('--key-poses', nargs='+', metavar='NAME', help=f'poses to move through; {MIRROR}NAME mirrors one')
    parser.add_argument('--seconds', type=float, default=2., help='how long --key-poses take')
    parser.add_argument('--fps', type=float, help='frames per second (default: what the file says, else 30)')
    parser.add_argument('--axes', choices=list(AXES), help='axes of --poses (default: by the kind of file)')
    parser.add_argument('--frame', type=int, default=0, help='which frame an OBJ or PLY holds')
    parser.add_argument('--absent', choices=ABSENT, default='drop', help='bones of lost limbs: left out or flagged')
    parser.add_argument('--influences', type=int, help='at most so many joints hold a vertex (default: all)')
    parser.add_argument('--uv', action='store_true', help='with texture coordinates (GLB, OBJ)')
    parser.add_argument('--texture', help='PNG or JPEG wrapped around the body (GLB)')
    parser.add_argument('--color', nargs=3, type=float, metavar=('R', 'G', 'B'), help='0 to 1 (GLB)')
    return parser.parse_args()


def read_limbs(words: list) -> np.ndarray:
    """``left_leg=1.4 …`` -> extents (4,)."""
    extent = np.full(limbs.NUM_LIMBS, limbs.INTACT_EXTENT)
    for word in words:
        name, _, value = word.partition('=')
        try:
            extent[limbs.LIMBS.index(name)] = float(value)
        except ValueError:
            raise UserError(f'--limbs {word}: write LIMB=EXTENT, for instance left_leg=1.4; limbs are '
                            f'{", ".join(limbs.LIMBS)}.') from None
    return extent


def key_pose_clip(names: list, seconds: float, fps: float) -> Clip:
    """A clip that moves through key poses, with even time between them."""
    from scipy.spatial.transform import Rotation

    from ajahr_mm.synthesis.poses import joint_angles
    from ajahr_mm.synthesis.poses.key_poses import KEY_POSES
    unknown = [name for name in names if name.removeprefix(MIRROR) not in KEY_POSES]
    if unknown:
        raise UserError(f'--key-poses {unknown[0]} is not known; there are {", ".join(sorted(KEY_POSES))}.')
    if not 0 < seconds <= 3600 or not 0 < fps <= 1000:
        raise UserError('--seconds must be above 0 and at most 3600, --fps above 0 and at most 1000.')
    keys = []
    for name in names:
        angles, pitch = KEY_POSES[name.removeprefix(MIRROR)]
        keys.append([*(joint_angles.mirror(angles) if name.startswith(MIRROR) else angles), pitch])
    count = 1 if len(keys) == 1 else round(seconds * fps) + 1
    at = np.linspace(0, len(keys) - 1, count)
    values = np.stack([np.interp(at, np.arange(len(keys)), column) for column in np.array(keys).T], 1)
    turns = np.zeros((count, 24, 3))
    turns[:, 0, 0] = np.deg2rad(values[:, -1])  # leaning forward turns about the axis to the left
    turns[:, 1:] = joint_angles.to_body_pose(values[:, :-1]).reshape(count, 23, 3)
    return Clip(Rotation.from_rotvec(turns.reshape(-1, 3)).as_matrix().reshape(count, 24, 3, 3), None, fps, 'key poses')


def main() -> None:
    args = parse_args()
    suffix = check_suffix(args.out)
    if args.poses:
        motion = load_motion(args.poses, args.axes, args.fps)
    elif args.key_poses:
        motion = Motion(key_pose_clip(args.key_poses, args.seconds, 30. if args.fps is None else args.fps))
    else:
        motion = Motion(Clip(np.tile(np.eye(3), (1, 24, 1, 1))))
    body = build_body(args.body)
    given = motion.betas if args.betas is None else args.betas
    betas = np.zeros(body.num_betas)
    if given is not None:
        if args.betas is not None and len(given) > len(betas):
            raise UserError(f'--betas has {len(given)} numbers, but the body {len(betas)} shape axes.')
        betas[:len(given)] = given[:len(betas)]
    extent = motion.limb_extent if motion.limb_extent is not None and not args.limbs else read_limbs(args.limbs)
    person = dict(betas=betas, limb_extent=extent, amputation=args.amputation or motion.amputation or 'stump')
    material = Material(args.color or (None if args.texture else BODY), texture=args.texture)
    export_body(args.out, body, motion.clip, **person, frame=args.frame, uv=args.uv or args.texture is not None,
                absent=args.absent, material=material, max_influences=args.influences, name=Path(args.out).stem)
    print(f'[export] {args.out}: ' + '; '.join(limbs.clinical_term(i, float(e)) for i, e in enumerate(extent)))
    if suffix == '.glb':
        error = 1000 * rig_error(body, motion.clip, **person, max_influences=args.influences)
        print(f'[export] {len(motion.clip.rotations)} frames at {motion.clip.fps:g} a second; the skin is within '
              f'{error.max():.4f} mm of the body model (mean {error.mean():.4f} mm)')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
