"""BPAC-Net on its own."""
import pytest
import torch

from ajahr_mm.models import LimbEstimator

BPAC = dict(image_size=64, crop_size=64, backbone=dict(type='CBAMResNet', layers=(1, 1), width=4))


@pytest.fixture
def images():
    return torch.randn(4, 3, 64, 64)


def test_modes(samples, images):
    model = LimbEstimator(BPAC)
    terms = model(images, samples, mode='loss')
    assert set(terms) == {'loss_limbs', 'limb_accuracy'}
    terms['loss_limbs'].backward()
    assert all(parameter.grad is not None for parameter in model.parameters())  # several processes need it so
    logits = model.eval()(images, samples)['logits']
    out = model(images, samples, mode='predict')
    assert torch.equal(torch.stack([sample.pred.limb_classes for sample in out]), logits.argmax(-1))
    assert torch.equal(out[2].pred.limb_extent, 3.0 - out[2].pred.limb_classes)
    torch.testing.assert_close(out[1].pred.limb_probs, logits[1].softmax(-1))
    with pytest.raises(ValueError, match="mode 'test'"):
        model(images, samples, mode='test')


def test_precision(samples, images):
    model = LimbEstimator(BPAC).eval()
    expected = model(images, samples)['logits']
    model.precision = 'bfloat16'
    out = model(images, samples)['logits']
    assert out.dtype == torch.float32 and 0 < (out - expected).abs().max() < 0.2
    with pytest.raises(ValueError, match="precision 'int8'"):
        LimbEstimator(BPAC, precision='int8')


def test_its_weights_fit_the_classifier_of_the_mesh_network(small_system, samples, images):
    alone, whole = LimbEstimator(BPAC).eval(), small_system(limb_classifier=dict(BPAC, type='BPACNet', token_dim=24)).eval()
    missing, unknown = whole.load_state_dict(alone.state_dict(), strict=False)
    assert not unknown and {n for n in missing if n.startswith('limb_classifier')} == {
        'limb_classifier.projection.weight', 'limb_classifier.projection.bias'}
    assert torch.equal(whole(images, samples)['limb_logits'], alone(images, samples)['logits'])
