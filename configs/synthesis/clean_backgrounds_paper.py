"""Backgrounds from pictures of people with engines of the paper's kind (supplement A): a detector, SAM, LaMa, ViTPose.

Nothing is downloaded: put the files below into weights/ or change the paths. The paper's own detector, YOLOv11 trained on
CrowdHuman, needs ultralytics (AGPL-3.0): ``dict(type='UltralyticsDetector', weights='weights/yolo11x_crowdhuman.onnx')``.
"""
# https://download.pytorch.org/models/fasterrcnn_resnet50_fpn_v2_coco-dd69338a.pth (BSD-3)
detector_weights = 'weights/fasterrcnn_resnet50_fpn_v2_coco-dd69338a.pth'
# https://huggingface.co/facebook/sam-vit-huge (Apache-2.0): config.json, preprocessor_config.json, model.safetensors
sam = 'weights/sam-vit-huge'
# https://github.com/Sanster/models/releases/download/add_big_lama/big-lama.pt (Apache-2.0)
lama = 'weights/big-lama.pt'
# https://huggingface.co/usyd-community/vitpose-base-simple (Apache-2.0): the same three files
vitpose = 'weights/vitpose-base-simple'
# https://download.pytorch.org/models/alexnet-owt-7be5be79.pth (BSD-3), for LPIPS
alexnet = 'weights/alexnet-owt-7be5be79.pth'

device = 'cpu'
people = dict(type='TorchvisionDetector', weights=detector_weights, score=.35, device=device)

cleaner = dict(
    type='BackgroundCleaner',
    detector=people,
    segmenter=dict(type='SAMSegmenter', folder=sam, with_box=True, device=device),
    inpainter=dict(type='LaMaInpainter', weights=lama, device=device),
    checks=[dict(type='SSIMCheck', minimum=.5),
            dict(type='NoPersonCheck', keypoints=dict(type='TransformersViTPose', folder=vitpose, device=device),
                 confidence=.5)],
    quality=dict(type='PictureQuality', alexnet=alexnet, device=device))
