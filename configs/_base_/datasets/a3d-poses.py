# The poses of A3D's amputees for the tokenizers: of your own set, and of the authors'.
a3d_poses = dict(type='PosesOf', dataset=dict(type='A3DDataset', data_root='data/a3d/train', name='a3d'), limbs='amputee')
a3d_official_poses = dict(
    type='PosesOf', dataset=dict(type='OfficialA3D', data_root='data/a3d_official'), limbs='amputee')
