"""A3D as the paper makes it (Fig. A): people of your photographs come back into them with other clothes and without a limb.

    python tools/clean_backgrounds.py configs/synthesis/clean_backgrounds_paper.py --images data/coco/train2014 --out data/coco_clean
    python tools/synthesize_a3d.py configs/synthesis/a3d_paper.py --out data/a3d_paper --num 100000

Needs photographs with SMPL fits (HMR2's, SPIN's or A3D's npz, tars of 4D-Humans), an SMPL file, and, if you have them, textures.
"""
name = 'a3d-paper'
smpl = dict(source='data/body_models/SMPL_NEUTRAL.npz')
fits = dict(type='COCO', data_root='data/coco')  # any class of docs/datasets.md; dict(type='HumanData', ...)
test_share = .15

pipeline = dict(
    type='A3DPipeline',
    seed=0,
    splits=dict(train=85, test=15),  # --num keeps these proportions
    image_size=256,
    chunk=25,
    body=smpl,
    amputation='collapse',  # zero matrices (Sec. 3.1)
    poses=dict(type='DatasetFits', dataset=fits, body=smpl, test_share=test_share),
    subjects=dict(type='SubjectQuota', intact=0., two_limbs=0., physique=None),  # the 12 indices; shapes are those of the fits
    appearance=dict(type='FolderTextures', folder='data/bedlam_textures', overlays='data/bedlam_clothing'),
    backgrounds=dict(type='CleanedPhotographs', folder='data/coco_clean', test_share=test_share, licence='CC BY 4.0 and others'),
    light=dict(type='RandomLight'),
    view=dict(type='FitView', other=dict(type='RandomView')),
    shading=dict(type='SunAndSky'),
    occluders=dict(type='RandomOccluders', share=0.),
    companions=0.,
    finish=dict(type='CameraFinish', match=0., blur=0., glow=0., vignette=0., motion=0.))

format = dict(type='OfficialFormat', layout='coco')
quality = dict(type='PictureQuality', alexnet=None)  # path of alexnet-owt-7be5be79.pth: LPIPS, as in Table A
shard_size = 500
pose_sets = dict(train=12000, test=1000)
