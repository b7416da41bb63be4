# Table 4(a): 75 % of the keypoints that BPAC-Net sees in the test get Gaussian noise. Same weights, no training of its own.
_base_ = ['ajahr_vitpose_a3d.py']
test_pipeline = [dict(type='LoadImage'), dict(type='CropBody', size=256),
                 dict(type='DetectorKeypoints', deterministic=True, noise_ratio=0.75), dict(type='PackBodyInputs')]
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
