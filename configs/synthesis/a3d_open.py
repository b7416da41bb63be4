"""A3D from nothing: the open body, poses, people, clothes and places that need no licence. See README.md beside this file.

    python tools/synthesize_a3d.py configs/synthesis/a3d_open.py --out data/a3d --num 1000000 --workers 16
"""
name = 'a3d-open'
coverings = dict(type='SkimagePhotographs')  # public-domain photographs of ground

pipeline = dict(
    type='A3DPipeline',
    seed=0,
    splits=dict(train=4500, test=500),  # --num keeps these proportions
    image_size=256,
    chunk=25,
    body=dict(source='open'),
    amputation='stump',  # 'collapse': the paper's zero matrices
    poses=dict(type='PoseBank', test_share=.2),
    subjects=dict(type='SubjectQuota', intact=.4, two_limbs=.08, residual=.4),  # the 12 labels share the rest evenly
    appearance=dict(type='ProceduralAppearance', size=384),  # px of the textures: enough for 256 px pictures
    backgrounds=dict(
        type='BackgroundMixture',
        parts=[dict(type='Panoramas'), dict(type='ProceduralScenes', photographs=coverings)],
        weights=[.6, .4]),
    light=dict(type='RandomLight'),
    view=dict(type='PerspectiveView', cropped=.1),
    shading=dict(type='SunAndSky', rays=12),
    shadow=dict(type='GroundShadow', grid=72),
    occluders=dict(type='RandomOccluders', share=.36),
    companions=.07,
    finish=dict(type='CameraFinish', quality=92),
    mask=True,
    depth=False)

format = dict(type='TarFormat')  # FolderFormat: files; OfficialFormat: the folders and npz of the paper's authors
shard_size = 500
pose_sets = dict(train=12000, test=1000)  # poses without pictures, for the tokenizers
