"""A3D-mini: small enough for a laptop, everything the paper's A3D annotates. See README.md beside this file."""
name = 'a3d-mini'
coverings = dict(type='SkimagePhotographs')  # public-domain photographs of ground

pipeline = dict(
    type='A3DPipeline',
    seed=0,
    splits=dict(train=3000, test=300),
    image_size=256,
    chunk=25,
    body=dict(source='open'),
    amputation='stump',  # 'collapse': the paper's zero matrices
    poses=dict(type='PoseBank', test_share=.2),
    subjects=dict(type='SubjectQuota', intact=.45, two_limbs=.07),  # the 12 labels share the rest evenly
    appearance=dict(type='ProceduralAppearance', size=384),  # px of the textures: enough for 256 px pictures
    backgrounds=dict(
        type='BackgroundMixture',
        parts=[dict(type='Panoramas'), dict(type='ProceduralScenes', photographs=coverings, scenes=60)],
        weights=[.6, .4]),
    light=dict(type='RandomLight'),
    view=dict(type='RandomView', cropped=.1),  # the crop camera that the networks assume
    shading=dict(type='SunAndSky'),
    shadow=dict(type='GroundShadow'),
    occluders=dict(type='RandomOccluders', share=.36),
    companions=.07,
    finish=dict(type='CameraFinish', quality=92))

format = dict(type='FolderFormat')
shard_size = 50
pose_sets = dict(train=12000, test=1000)  # poses without pictures, for the tokenizers
