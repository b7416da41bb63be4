"""AMASS and MOYO as they are downloaded."""
import pickle

import numpy as np


def write_amass(root, sets=('CMU',), frames=50, seed=0, gender=np.array('female'), numbers=156):
    """A sequence a set, and the shape file that lies beside it. ``gender`` may be text, bytes or an object array."""
    rng = np.random.default_rng(seed)
    told = {}
    for name in sets:
        folder = root / name / 'subject_01'
        folder.mkdir(parents=True, exist_ok=True)
        told[name] = rng.normal(0, 0.3, (frames, numbers))
        np.savez(folder / 'walk_poses.npz', poses=told[name], trans=np.zeros((frames, 3)), betas=rng.normal(size=16),
                 gender=gender,
                 mocap_framerate=120.0, dmpls=np.zeros((frames, 8)))
        np.savez(folder / 'shape.npz', betas=np.zeros(16))
    return told


def write_moyo(root, split='train', frames=30, seed=0, key='body_pose', numbers=69):
    rng = np.random.default_rng(seed)
    folder = root / f'20220923_20220926_with_hands/mosh_smpl/{split}'
    folder.mkdir(parents=True, exist_ok=True)
    pose = rng.normal(0, 0.3, (frames, numbers))
    (folder / '220923_yogi_body_hands_03596_Boat_Pose.pkl').write_bytes(pickle.dumps(
        {key: pose, 'global_orient': np.zeros((frames, 3)), 'transl': np.zeros((frames, 3)),
         'betas': np.zeros((frames, 10))}))
    return pose
