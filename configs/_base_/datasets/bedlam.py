# BEDLAM: SMPL labels; with a licensed body model the 44 keypoints are made from them, in 3D and 2D.
bedlam = dict(type='BEDLAM', data_root='data/bedlam')
# bedlam['body'] = dict(type='BodyModel', source='data/body_models/SMPL_NEUTRAL.npz')
