# Where files come from that nobody may pass on here, and those that are made here. Of a missing file the most specific line
# is quoted. `convert_official.py` and `convert_smpl.py` lie in tools/model_converters and tools/body_models.
file_sources = {
    'data/body_models/SMPL_NEUTRAL.npz': 'https://smpl.is.tue.mpg.de (registration) and tools/body_models/convert_smpl.py, '
                                         'or model.body.source=open for the packaged body',
    'data/body_models/SMPLH_NEUTRAL.npz': 'https://mano.is.tue.mpg.de (registration) and tools/body_models/convert_smpl.py, '
                                          'or model.body.source=open for the packaged body',
    'data/mocap/cmu_mocap.npz': 'training data of https://github.com/shubham-goel/4D-Humans; any npz with body_pose (N,69) '
                                'and betas (N,10) serves, such as the annotations.npz of a training split',
    'data/weights/vitpose-h_backbone.safetensors': 'ViTPose-H of https://github.com/ViTAE-Transformer/ViTPose, then '
                                                   'tools/model_converters/convert_official.py --family vitpose',
    'data/weights/hmr2b.safetensors': 'HMR2.0b of https://github.com/shubham-goel/4D-Humans, then '
                                      'tools/model_converters/convert_official.py --family hmr2',
    'data/weights/tokenhmr.safetensors': 'https://tokenhmr.is.tue.mpg.de (registration), then tools/model_converters/'
                                         'convert_official.py --family tokenhmr --tokenizer tokenizer.pth',
    'data/weights/tokenizer_tokenhmr.safetensors': 'https://tokenhmr.is.tue.mpg.de (registration), then '
                                                   'tools/model_converters/convert_official.py --family tokenizer',
    'data/weights/bedlam_cliff.safetensors': 'https://bedlam.is.tue.mpg.de (registration), then '
                                             'tools/model_converters/convert_official.py --family cliff',
    'data/weights/hrnet-w48_coco.pth': 'a top-down HRNet-W48 (COCO, 256x192) of https://github.com/open-mmlab/mmpose',
    'data/weights/resnet34-b627a593.pth': 'https://download.pytorch.org/models/resnet34-b627a593.pth',
    'data/weights/tokenizer_*x*x*_*.pth': 'trained with the config of the same name in configs/tokenizer; copy its last '
                                          'checkpoint there',
}
