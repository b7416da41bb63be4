# COCO: HMR2's tars, npz of fits, or the makers' JSON. COCO with ViTPose keypoints: HMR2's tars.
coco = dict(type='COCO', data_root='data/coco')
coco_vitpose = dict(type='COCOViTPose', data_root='data/coco_vitpose')
