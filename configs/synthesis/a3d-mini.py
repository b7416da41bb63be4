"""A3D-mini: small enough for a laptop, everything the paper's A3D annotates. See README.md beside this file."""
name = 'a3d-mini'
photographs = dict(type='SkimagePhotographs')
# surfaces that may cover a wall or a floor; a cat's face may not
coverings = dict(type='SkimagePhotographs', names=dict(train=['brick.png', 'gravel.png'], test=['grass.png']))

pipeline = dict(
    type='A3DPipeline',
    seed=0,
    splits=dict(train=3000, test=300),
    image_size=256,
    chunk=25,
    body=dict(source='open'),
    amputation='collapse',  # the paper's zero matrices; 'stump' renders a rounded residual limb
    poses=dict(type='PoseBank', test_share=.2),
    subjects=dict(type='SubjectQuota', intact=.45, two_limbs=.07),  # the 12 labels share the rest evenly
    appearance=dict(type='ProceduralAppearance'),
    light=dict(type='RandomLight'),
    view=dict(type='RandomView', cropped=.1),
    backgrounds=dict(
        type='BackgroundMixture',
        parts=[photographs, dict(type='ProceduralScenes', photographs=coverings)],
        weights=[.25, .75]),
    occluders=dict(type='RandomOccluders', share=.36),
    companions=.07,
    finish=dict(type='CameraFinish', quality=92))

shard_size = 50
pose_sets = dict(train=12000, test=1000)  # poses without pictures, for the tokenizers
