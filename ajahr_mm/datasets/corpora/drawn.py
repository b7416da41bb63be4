"""Corpora with keypoints drawn by hand in photographs: COCO, MPII, AI Challenger. Their makers know no 3D."""
from pathlib import Path
from typing import Any, Dict, List, Optional

import numpy as np

from ajahr_mm.anatomy.corpus_keypoints import AIC14, MPII16, to_hmr44
from ajahr_mm.anatomy.keypoints import COCO17, OCCLUDED
from ajahr_mm.datasets.corpora.corpus import Corpus, Form
from ajahr_mm.datasets.corpora.fields import Columns
from ajahr_mm.datasets.corpora.geometry import SPIN_FACTOR, box_of_corners
from ajahr_mm.datasets.corpora.hmr2_forms import forms
from ajahr_mm.io.errors import UserError
from ajahr_mm.io.lab_files import load_mat, struct_items
from ajahr_mm.io.safe_load import load_json
from ajahr_mm.registry import DATASETS

#: The square box of an MPII person: 200 px times ``scale``, 1.25 times wider and moved down so that the feet are in it.
_MPII_SIDE, _MPII_WIDER, _MPII_DOWN = 200.0, 1.25, 15.0
SEEN, HIDDEN = 2, 1  # 0: not labelled


class DrawnCorpus(Corpus):
    """Photographs with hand-drawn keypoints.

    Args:
        hidden: what to do with joints that the annotator could not see and guessed. ``left_out``: (0,0,0) in
            ``keypoints_2d``, as the paper treats occluded joints, and kept in ``projected_2d``; ``kept``: like the
            others, as HMR2 and SPIN do.
        min_keypoints: people with fewer labelled joints are left out (HMR2.0b: more than four).
        kwargs: those of :class:`Corpus`.
    """

    def __init__(self, data_root: Optional[str] = None, split: str = 'train', hidden: str = 'left_out',
                 min_keypoints: int = 5, **kwargs) -> None:
        if hidden not in ('left_out', 'kept'):
            raise UserError(f'{type(self).__name__}: hidden={hidden!r} is not one of left_out, kept.')
        self.hidden, self.min_keypoints = hidden, min_keypoints
        super().__init__(data_root, split, **kwargs)

    def settings(self) -> Dict[str, Any]:
        return dict(super().settings(), hidden=self.hidden, min_keypoints=self.min_keypoints)

    def drawn_columns(self, names: List[str], points: List[np.ndarray], set_name: str, center: np.ndarray,
                      size: np.ndarray) -> Columns:
        """Columns of people with points (N,K,3) = x, y px and SEEN, HIDDEN or 0."""
        if not names:
            return {}
        drawn = np.array(points, np.float32)
        labelled = drawn[..., 2:] > 0
        drawn44 = to_hmr44(set_name, np.where(labelled, np.concatenate([drawn[..., :2], labelled], -1), 0))
        hidden44 = to_hmr44(set_name, np.where(drawn[..., 2:] == HIDDEN, 1, 0) * np.ones(3))[..., 2] > 0
        shown = np.where(hidden44[..., None], 0, drawn44) if self.hidden == 'left_out' else drawn44
        columns = dict(image=np.array(names), center=center, size=size, keypoints_2d=shown, projected_2d=drawn44,
                       visibility=np.where(hidden44, OCCLUDED, 0).astype(np.uint8))
        enough = labelled[..., 0].sum(1) >= self.min_keypoints
        return {name: column[enough] for name, column in columns.items()}


def _read_coco(corpus: DrawnCorpus, path: Path) -> Columns:
    data = load_json(path)
    pictures = {picture['id']: picture for picture in _listed(data, 'images', path)}
    folder = path.stem.replace('person_keypoints_', '')
    names, points, boxes = [], [], []
    for person in _listed(data, 'annotations', path):
        if person.get('iscrowd') or not person.get('num_keypoints') or person.get('category_id', 1) != 1:
            continue
        picture = pictures.get(person.get('image_id'))
        if picture is None or np.size(person['keypoints']) != 3 * len(COCO17) or np.size(person['bbox']) != 4:
            raise UserError(f'{path}: annotation {person.get("id")} has no picture, or not 17 keypoints and a box.')
        names.append(f'{folder}/{picture["file_name"]}')
        points.append(np.reshape(person['keypoints'], (-1, 3)))
        boxes.append(person['bbox'])
    boxes = np.array(boxes, np.float32).reshape(-1, 4)
    corners = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], 1)
    return corpus.drawn_columns(names, points, 'coco17', *box_of_corners(corners, SPIN_FACTOR))


def _listed(data: Any, name: str, path: Path) -> list:
    if not isinstance(data, dict) or not isinstance(data.get(name), list):
        raise UserError(f'{path} has no list {name!r}, so it is not a keypoint file of COCO.')
    return data[name]


@DATASETS.register_module()
class COCO(DrawnCorpus):
    """COCO keypoints (Lin et al. 2014): the makers' JSON, HMR2's tars with SMPL fits, or npz of fits.

    The box is 1.2 times the longer side of the annotated one (SPIN). Crowds are left out.
    """

    NAME, DATA_ROOT = 'coco', 'data/coco'
    SOURCE = 'https://cocodataset.org/#download (images and person_keypoints), or the tars of 4D-Humans'
    FORMS = {
        **forms(dict(train='coco-train-2014-pruned', val='coco-val'),
                dict(train=('coco_train.npz', 'coco_2014_train.npz', 'coco-train.npz'), val=('coco_val.npz',))),
        # 2014 as HMR2 and A3D use it; the pictures of 2017 are the same ones.
        'original': Form({split: tuple(f'annotations/person_keypoints_{split}{year}.json' for year in (2014, 2017))
                          for split in ('train', 'val')}, _read_coco)}


@DATASETS.register_module()
class COCOViTPose(Corpus):
    """COCO with keypoints of ViTPose and fits to them, which HMR2 made: there are only its tars and npz of them."""

    NAME, DATA_ROOT = 'coco_vitpose', 'data/coco_vitpose'
    SOURCE = 'the tars coco-train-2014-vitpose-pruned of 4D-Humans'
    FORMS = forms(dict(train='coco-train-2014-vitpose-pruned'), dict(train=('coco_vitpose_train.npz',)))


def _read_mpii(corpus: DrawnCorpus, path: Path) -> Columns:
    release = load_mat(path, ['RELEASE'])['RELEASE']
    names, points, places = [], [], []
    for picture, training in zip(struct_items(getattr(release, 'annolist', None)),
                                 np.atleast_1d(getattr(release, 'img_train', []))):
        for person in struct_items(getattr(picture, 'annorect', None)) if training else ():
            marks = list(struct_items(getattr(getattr(person, 'annopoints', None), 'point', None)))
            place, scale = getattr(person, 'objpos', None), getattr(person, 'scale', None)
            if not marks or not hasattr(place, 'x') or np.size(scale) != 1:
                continue  # test pictures, and people of whom only the head was marked
            drawn = np.zeros((len(MPII16), 3))
            for mark in marks:
                # MATLAB counts pixels from 1. Head and neck have no visibility; '0' and 0 are hidden.
                seen = HIDDEN if str(getattr(mark, 'is_visible', '')).strip() == '0' else SEEN
                drawn[int(mark.id)] = mark.x - 1, mark.y - 1, seen
            names.append(f'images/{picture.image.name}')
            points.append(drawn)
            places.append((place.x - 1, place.y - 1 + _MPII_DOWN * scale, _MPII_SIDE * _MPII_WIDER * scale))
    places = np.array(places, np.float32).reshape(-1, 3)
    return corpus.drawn_columns(names, points, 'mpii16', places[:, :2], places[:, 2])


@DATASETS.register_module()
class MPII(DrawnCorpus):
    """MPII Human Pose (Andriluka et al. 2014): the makers' MATLAB file, HMR2's tars with SMPL fits, or npz of fits.

    The box is that of the stacked hourglass: 250 px times ``scale``, moved 15 px times ``scale`` down.
    """

    NAME, DATA_ROOT = 'mpii', 'data/mpii'
    SOURCE = 'http://human-pose.mpi-inf.mpg.de (images and annotations), or the tars of 4D-Humans'
    FORMS = {
        **forms(dict(train='mpii-train'), dict(train=('mpii_train.npz',))),
        'original': Form(dict(train=('mpii_human_pose_v1_u12_1.mat',
                                     'mpii_human_pose_v1_u12_*/mpii_human_pose_v1_u12_1.mat')),
                         _read_mpii)}


def _read_aic(corpus: DrawnCorpus, path: Path) -> Columns:
    data = load_json(path)
    if not isinstance(data, list):
        raise UserError(f'{path} is not a list of pictures, so it is not a keypoint file of AI Challenger.')
    folder = next((str(found) for found in sorted(path.parent.glob('keypoint_*images*')) if found.is_dir()), None)
    folder = folder or path.parent / path.stem.replace('annotations', 'images')
    names, points, boxes = [], [], []
    for picture in data:
        people = picture.get('keypoint_annotations', {})
        for key, person in people.items():
            box = picture.get('human_annotations', {}).get(key)
            if np.size(person) != 3 * len(AIC14) or np.size(box) != 4:
                raise UserError(f'{path}: {key} of picture {picture.get("image_id")} has not 14 keypoints and a box.')
            drawn = np.reshape(person, (-1, 3)).astype(np.float32)
            # Its codes are its own: 1 visible, 2 hidden, 3 not labelled.
            drawn[:, 2] = np.select([drawn[:, 2] == 1, drawn[:, 2] == 2], [SEEN, HIDDEN], 0)
            names.append(corpus.relative(folder, f'{picture["image_id"]}.jpg'))
            points.append(drawn)
            boxes.append(box)
    corners = np.array(boxes, np.float32).reshape(-1, 4)
    return corpus.drawn_columns(names, points, 'aic14', *box_of_corners(corners, SPIN_FACTOR))


@DATASETS.register_module()
class AIChallenger(DrawnCorpus):
    """AI Challenger keypoints (Wu et al. 2017): the makers' JSON, HMR2's tars with SMPL fits, or npz of fits."""

    NAME, DATA_ROOT = 'aic', 'data/aic'
    SOURCE = 'https://github.com/AIChallenger/AI_Challenger_2017 (keypoints), or the tars aic-train-vitpose of 4D-Humans'
    FORMS = {
        **forms(dict(train='aic-train-vitpose'), dict(train=('aic_train.npz',))),
        'original': Form({split: (f'keypoint_{word}_annotations*.json', f'*/keypoint_{word}_annotations*.json')
                          for split, word in (('train', 'train'), ('val', 'validation'))}, _read_aic)}
