# A3D (paper Sec. 3.2): your own, made by tools/synthesize_a3d.py, and the authors' in their layout.
a3d = dict(type='A3DDataset', data_root='data/a3d/train', name='a3d')
a3d_test = dict(type='A3DDataset', data_root='data/a3d/test', name='a3d')

# With its authors' shares of Human3.6M, COCO and MPII; COCO_val, which they train on as well, is left to the test.
a3d_official = dict(
    type='MixedDataset',
    shares=dict(S1=0.11, S5=0.11, S6=0.11, S7=0.11, S8=0.10, S9=0.10, coco=0.12, mpii=0.12),
    parts=dict(
        **{name: dict(type='OfficialA3D', data_root='data/a3d_official', parts=f'H36M/{name}')
           for name in ('S1', 'S5', 'S6', 'S7', 'S8', 'S9')},
        coco=dict(type='OfficialA3D', data_root='data/a3d_official', parts='COCO_train'),
        mpii=dict(type='OfficialA3D', data_root='data/a3d_official', parts='MPII')))
a3d_official_test = dict(type='OfficialA3D', data_root='data/a3d_official', split='test')
