"""3DPW and EMDB: a pickle a sequence, with SMPL in the world; 3DOH50K: a JSON with SMPL in the world."""
import json
import pickle

import numpy as np
from scipy.spatial.transform import Rotation

from .pictures import INTRINSICS, extrinsics, joints, pixels, to_world, with_ones, write_picture


def _world(rng, count):
    """Camera joints (count,24,3), extrinsics, and SMPL in the world: root rotation, pose, pelvis offset, translation."""
    camera = joints(rng, count, 24)
    matrices = extrinsics(rng, count)
    world = to_world(camera, matrices)
    offset = np.array([0.01, -0.25, 0.04])
    root, body = rng.normal(0, 0.5, (count, 3)), rng.normal(0, 0.3, (count, 69))
    return camera, matrices, world, root, body, offset, world[:, 0] - offset


def write_3dpw(root, split='test', name='downtown_walking_00', count=4, seed=0, python2=True, without=()):
    """Two people; of the first, frame 1 has no camera and frame 2 no detection. Returns what is known of both."""
    rng = np.random.default_rng(seed)
    matrices = extrinsics(rng, count)
    people = []
    for person, gender in enumerate('mf'):
        camera = joints(rng, count, 24)
        world = to_world(camera, matrices)
        offset = np.array([0.01 * person, -0.25, 0.04])
        detected = np.concatenate([rng.uniform(10, 110, (count, 2, 18)), rng.uniform(0.3, 1, (count, 1, 18))], 1)
        detected[:, :, 17] = 0
        valid = np.ones(count, int)
        if person == 0:
            valid[1], detected[2] = 0, 0
        people.append(dict(camera=camera, world=world, offset=offset, gender=gender, root=rng.normal(0, 0.5, (count, 3)),
                           body=rng.normal(0, 0.3, (count, 69)), betas=rng.normal(size=10), detected=detected, valid=valid))
    for frame in range(count):
        write_picture(root / f'imageFiles/{name}/image_{frame:05d}.jpg', frame)
    sequence = dict(
        sequence=name, poses=[np.concatenate([p['root'], p['body']], 1) for p in people], betas=[p['betas'] for p in people],
        trans=[p['world'][:, 0] - p['offset'] for p in people], genders=[p['gender'] for p in people],
        jointPositions=[p['world'].reshape(count, 72) for p in people], poses2d=[p['detected'] for p in people],
        cam_poses=matrices, campose_valid=[p['valid'] for p in people], cam_intrinsics=INTRINSICS,
        img_frame_ids=np.arange(count), texture_maps=[], betas_clothed=[p['betas'] for p in people],
        v_template_clothed=[np.zeros((6890, 3)) for _ in people])
    for key in without:
        del sequence[key]
    (root / f'sequenceFiles/{split}').mkdir(parents=True, exist_ok=True)
    (root / f'sequenceFiles/{split}/{name}.pkl').write_bytes(pickle.dumps(sequence, protocol=2 if python2 else 4))
    return people, matrices


def write_emdb(root, sequence='P1/14_outdoor_climb', emdb1=True, count=6, seed=0):
    """One person; frame 2 is no good frame and frame 3 has no box. Returns what is known."""
    rng = np.random.default_rng(seed)
    camera, matrices, _, orient, body, offset, transl = _world(rng, count)
    good = np.ones(count, bool)
    good[2] = False
    boxes = np.tile([30.0, 20.0, 90.0, 100.0], (count, 1))
    folder = root / sequence
    for frame in range(count):
        write_picture(folder / f'images/{frame:05d}.jpg', frame)
    data = dict(
        gender='female', name=sequence.replace('/', '_'), emdb1=emdb1, emdb2=not emdb1, n_frames=count,
        good_frames_mask=good,
        camera=dict(intrinsics=INTRINSICS, extrinsics=matrices, width=160, height=120),
        smpl=dict(poses_root=orient, poses_body=body, trans=transl, betas=rng.normal(size=10)),
        kp2d=pixels(camera), bboxes=dict(bboxes=boxes, invalid_idxs=np.array([3])))
    (folder / f'{sequence.replace("/", "_")}_data.pkl').write_bytes(pickle.dumps(data))
    return dict(camera=camera, extrinsics=matrices, root=orient, body=body, offset=offset, transl=transl,
                betas=data['smpl']['betas'])


def write_3doh(root, split='test', count=3, seed=0, camera_frame=True):
    """``camera_frame``: the 3D joints are in camera axes in the file, else in the world."""
    rng = np.random.default_rng(seed)
    camera, matrices, world, orient, body, _, transl = _world(rng, count)
    lsp = joints(rng, count, 14)
    people = {}
    for i in range(count):
        write_picture(root / f'{split}set/images/{i:05d}.jpg', i)
        people[f'{i:05d}'] = dict(
            img_path=f'images\\{i:05d}.jpg', mask_path=f'masks\\{i:05d}.png', bbox=[[30, 20], [90, 100]],
            pose=np.concatenate([orient[i], body[i]])[None].tolist(), betas=rng.normal(size=(1, 10)).tolist(),
            trans=transl[i][None].tolist(), scale=[1.0], smpl_joints_2d=pixels(camera[i]).tolist(),
            smpl_joints_3d=(camera if camera_frame else world)[i].tolist(), lsp_joints_2d=pixels(lsp[i]).tolist(),
            lsp_joints_3d=lsp[i].tolist(), intri=INTRINSICS.tolist(), extri=matrices[i].tolist())
    (root / f'{split}set/annots.json').write_text(json.dumps(people))
    return dict(camera=camera, extrinsics=matrices, root=orient, body=body, lsp=with_ones(pixels(lsp)))


def turned(root, matrices):
    """Root rotations (N,3) in the world, as matrices in the camera."""
    return matrices[:, :3, :3] @ Rotation.from_rotvec(root).as_matrix()
