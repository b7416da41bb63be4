# AJAHR trained without BPAC-Net: the limb labels choose the tokenizer, in training and in the test.
_base_ = ['ajahr_vitpose_a3d.py']
model = dict(
    limb_classifier=None, decoder=dict(limb_path='off'), train_switch='gt', test_switch='gt',
    trainable=['backbone.vit.layers.2[89].*', 'backbone.vit.layers.3[01].*', 'backbone.vit.patch_embed.*',
               'backbone.vit.pos_embed', 'decoder.layers.[45].*', 'pose_head.*', 'params_head.*'])
val_evaluator = [dict(type='BodyMetric', body={{_base_.body}})]
test_evaluator = val_evaluator
