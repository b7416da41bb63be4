"""COCO and AI Challenger as JSON, MPII as a MATLAB struct."""
import json

import numpy as np
from scipy.io import savemat

from .pictures import write_picture


def write_coco(root, count=3, split='train2014', seed=0):
    """``count`` people to use, a crowd and somebody with two keypoints. Returns keypoints (count,17,3) and boxes."""
    rng = np.random.default_rng(seed)
    images, people = [], []
    for i in range(count + 2):
        name = f'COCO_{split}_{i:012d}.jpg'
        images.append(dict(id=100 + i, file_name=name, width=160, height=120))
        write_picture(root / split / name, i)
        points = rng.integers(10, 100, (17, 3))
        points[:, 2] = 2
        points[9] = [30, 40, 1]    # left wrist: hidden
        points[16] = 0             # right ankle: not labelled
        if i == count + 1:
            points[2:] = 0
        people.append(dict(id=i, image_id=100 + i, category_id=1, iscrowd=int(i == count), bbox=[10.0, 20.0, 60.0 + i, 40.0],
                           num_keypoints=int((points[:, 2] > 0).sum()), keypoints=points.reshape(-1).tolist()))
    (root / 'annotations').mkdir(parents=True, exist_ok=True)
    (root / f'annotations/person_keypoints_{split}.json').write_text(json.dumps(dict(images=images, annotations=people)))
    kept = people[:count]
    return np.array([np.reshape(p['keypoints'], (17, 3)) for p in kept]), np.array([p['bbox'] for p in kept])


def write_mpii(root, count=2, seed=0):
    """Training pictures with one person each, and a test picture without points. Returns points (count,16,2), 1-based."""
    rng = np.random.default_rng(seed)
    points = rng.integers(20, 90, (count, 16, 2)).astype(float)
    pictures = []
    for i in range(count):
        write_picture(root / f'images/{i:09d}.jpg', i)
        marks = [dict(x=points[i, k, 0], y=points[i, k, 1], id=k,
                      is_visible='' if k in (8, 9) else ('0' if k == 10 else '1'))
                 for k in range(16)]
        pictures.append(dict(image=dict(name=f'{i:09d}.jpg'), annorect=dict(
            scale=0.3 + 0.1 * i, objpos=dict(x=61.0, y=51.0), annopoints=dict(point=marks), x1=1, y1=1, x2=9, y2=9)))
    pictures.append(dict(image=dict(name='test.jpg'), annorect=dict(scale=0.3, objpos=dict(x=5.0, y=5.0))))
    release = dict(annolist=pictures, img_train=np.array([1] * count + [0]), version='12')
    savemat(root / 'mpii_human_pose_v1_u12_1.mat', dict(RELEASE=_matlab(release)), oned_as='row')
    return points


def _matlab(value):
    """Lists of dicts as struct arrays; fields that some lack are empty, as MATLAB has it."""
    if isinstance(value, list):
        names = list(dict.fromkeys(name for item in value for name in item))
        array = np.empty((1, len(value)), [(name, object) for name in names])
        for i, item in enumerate(value):
            for name in names:
                array[0, i][name] = _matlab(item[name]) if name in item else np.empty((0, 0))
        return array
    return {name: _matlab(item) for name, item in value.items()} if isinstance(value, dict) else value


def write_aic(root, count=2, seed=0):
    """Returns keypoints (count,14,3) with AI Challenger's codes: 1 visible, 2 hidden, 3 not labelled."""
    rng = np.random.default_rng(seed)
    entries, everybody = [], []
    for i in range(count):
        points = rng.integers(10, 100, (14, 3))
        points[:, 2] = 1
        points[5, 2], points[8] = 2, [0, 0, 3]   # left wrist hidden, right ankle not labelled
        everybody.append(points)
        name = f'{i:040x}'
        write_picture(root / f'keypoint_train_images_20170902/{name}.jpg', i)
        entries.append(dict(image_id=name, url='', human_annotations=dict(human1=[10, 10, 70, 110]),
                            keypoint_annotations=dict(human1=points.reshape(-1).tolist())))
    (root / 'keypoint_train_annotations_20170909.json').write_text(json.dumps(entries))
    return np.array(everybody)
