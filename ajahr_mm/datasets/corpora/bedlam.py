"""BEDLAM (Black et al. 2023): rendered people, an npz a scene, or TokenHMR's tars."""
from functools import partial
from pathlib import Path
from typing import Any, Dict, Optional

import numpy as np

from ajahr_mm.anatomy.corpus_keypoints import to_hmr44
from ajahr_mm.anatomy.skeleton import NUM_JOINTS
from ajahr_mm.datasets.corpora.bodies import Bodies, BodyConfig, add_keypoints_3d
from ajahr_mm.datasets.corpora.corpus import Corpus, Form
from ajahr_mm.datasets.corpora.fields import Columns, Fields, pick
from ajahr_mm.datasets.corpora.geometry import project
from ajahr_mm.datasets.hmr2_people import legacy_fields
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.object_npz import load_object_npz
from ajahr_mm.io.shards import Decoder, People, ShardSample
from ajahr_mm.registry import DATASETS

_BOX_UNIT = 200.0
_SHARED_JOINTS = 22  # SMPL and SMPL-X have the first 22 joints in common
_LONGEST_BETAS = 10.0  # some 880 people of one of the files have shapes of length 113
_SMPLX_NUMBERS = 165
_NAMES = ('imgname', 'center', 'scale', 'pose_cam', 'shape', 'trans_cam', 'cam_ext', 'cam_int', 'gtkps')


def _people(fields: Fields, bodies: Bodies, closeup: bool, **more: np.ndarray) -> Columns:
    """Columns (P, …) from the names that scenes and tars share, and ``more``.

    SMPL labels have 72 numbers a pose. SMPL-X labels have 165: of these the 21 body joints are taken, the hands stay
    straight, and the shape, which means another thing, is not used. All are fits of the neutral body whatever ``gender``
    says.
    """
    center = fields.numbers('center', 2)
    pose, shape = fields.numbers('pose_cam', -1), fields.numbers('shape', -1)
    if pose.shape[1] < 3 * _SHARED_JOINTS or shape.shape[1] < 10:
        raise UserError(f'{fields.source}: pose_cam and shape have {pose.shape[1]} and {shape.shape[1]} numbers, expected '
                        f'at least {3 * _SHARED_JOINTS} and 10.')
    smpl = pose.shape[1] != _SMPLX_NUMBERS
    body = pose[:, 3:72] if pose.shape[1] == 72 else np.pad(pose[:, 3:3 * _SHARED_JOINTS], [(0, 0), (0, 6)])
    extrinsics, intrinsics = fields.numbers('cam_ext', 4, 4), fields.numbers('cam_int', 3, 3)
    ones = np.ones(len(center), np.float32)
    columns = dict(
        more, center=center, size=_BOX_UNIT * fields.numbers('scale', 1)[:, 0], global_orient=pose[:, :3], body_pose=body,
        betas=shape[:, :10] if smpl else np.zeros_like(shape[:, :10]), has_pose=ones, has_betas=ones * smpl,
        transl=fields.numbers('trans_cam', 3) + extrinsics[:, :3, 3], focal=intrinsics[:, 0, 0],
        quarter_turns=np.full(len(center), int(closeup), np.int32))
    if bodies and smpl:
        add_keypoints_3d(columns, bodies, np.full(len(center), 'neutral'))
        columns['keypoints_2d'] = project(columns['keypoints_3d'][..., :3], intrinsics)
    else:
        columns['keypoints_2d'] = to_hmr44('smpl24', _joints_2d(fields))
    return pick(columns, ~(np.linalg.norm(shape, axis=1) > _LONGEST_BETAS))


def _joints_2d(fields: Fields) -> np.ndarray:
    """``gtkps`` (P,J,2 or 3) -> SMPL's joints (P,24,3); a third number of 0 or -2 is the mark of points not to be used."""
    points = fields.numbers('gtkps', -1, -1)
    if points.shape[1] < _SHARED_JOINTS or points.shape[2] not in (2, 3):
        raise UserError(f'{fields.source}: gtkps has shape {points.shape}, expected (N, {_SHARED_JOINTS} or more, 3).')
    known = points[:, :_SHARED_JOINTS, 2] > 0 if points.shape[2] == 3 else np.ones(points[:, :_SHARED_JOINTS, 0].shape, bool)
    joints = np.zeros((len(points), NUM_JOINTS, 3), np.float32)
    joints[:, :_SHARED_JOINTS] = np.where(known[..., None], np.concatenate(
        [points[:, :_SHARED_JOINTS, :2], known[..., None]], -1), 0)
    return joints


def _read_scene(corpus: 'BEDLAM', path: Path) -> Columns:
    if 'agora' in path.stem:  # its pictures are another data set's, under another licence
        return {}
    fields = Fields(load_object_npz(path, _NAMES), path)
    image = np.array([f'{corpus.images}/{path.stem}/png/{name}' for name in fields.texts('imgname').tolist()], str)
    return _people(fields, corpus.bodies, 'closeup' in path.stem, image=image)


def bedlam_people(sample: ShardSample, bodies: Bodies = Bodies(None)) -> People:
    """Columns (P, …) of a sample of TokenHMR's BEDLAM tars; close-ups are told by their key."""
    people = {} if 'agora' in sample.key else legacy_fields(sample)
    if not people:
        return {}
    return _people(Fields(people, f'sample {sample.key!r}'), bodies, 'closeup' in sample.key)


@DATASETS.register_module()
class BEDLAM(Corpus):
    """BEDLAM's training scenes: npz with SMPL or SMPL-X labels, or TokenHMR's tars (SMPL).

    Pictures of the close-up scenes lie on their side and are turned by a quarter when they are loaded, to where the
    annotations are. The box is 200 px times ``scale``. Labels are fits of the neutral body; ``gender`` is not used.

    Args:
        body: body model config for the 44 keypoints in 3D and 2D (SMPL labels only). None: the 22 joints that the files
            have in 2D, and no 3D beside the pose.
        images: folder of the pictures, one folder a scene in it.
        kwargs: those of :class:`Corpus`.
    """

    NAME, DATA_ROOT = 'bedlam', 'data/bedlam'
    SOURCE = 'https://bedlam.is.tue.mpg.de (registration): all_npz_12_smpl_training.zip and the images at 6 fps'
    FORMS = dict(
        original=Form(dict(train=('all_npz_12_smpl_training/*.npz', 'all_npz_12_training/*.npz')), _read_scene),
        tars=Form(dict(train=('bedlam_tars/**/*.tar', 'bedlam/**/*.tar', 'dataset_tars/bedlam/**/*.tar')),
                  decode=bedlam_people))

    def __init__(self, data_root: Optional[str] = None, split: str = 'train', body: BodyConfig = None,
                 images: str = 'training_images', **kwargs) -> None:
        self.body, self.bodies, self.images = body, Bodies(body), images
        super().__init__(data_root, split, **kwargs)

    def settings(self) -> Dict[str, Any]:
        return dict(super().settings(), body=self.body, images=self.images)

    def decoder(self, form: Form) -> Decoder:
        return partial(form.decode, bodies=self.bodies)
