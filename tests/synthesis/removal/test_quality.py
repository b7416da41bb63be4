"""SSIM and LPIPS."""
import json

import numpy as np
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.registry import SYNTHESIS
from ajahr_mm.synthesis.removal.quality import PictureQuality, ssim


@pytest.fixture
def pair(astronaut):
    noise = np.random.default_rng(0).normal(0, 20, astronaut.shape)
    return astronaut, (astronaut + noise).clip(0, 255).astype(np.uint8)


def test_ssim_is_the_formula(pair):
    """Wang et al. 2004 with uniform windows of 7 px, for each channel, written out."""
    from scipy.ndimage import uniform_filter
    found = []
    for x, y in zip(*(np.moveaxis(picture.astype(np.float64), -1, 0) for picture in pair)):
        mx, my = uniform_filter(x, 7), uniform_filter(y, 7)
        unbiased = 49 / 48
        vx, vy = (uniform_filter(x * x, 7) - mx ** 2) * unbiased, (uniform_filter(y * y, 7) - my ** 2) * unbiased
        vxy = (uniform_filter(x * y, 7) - mx * my) * unbiased
        c1, c2 = 2.55 ** 2, 7.65 ** 2
        found.append(((2 * mx * my + c1) * (2 * vxy + c2) / (mx ** 2 + my ** 2 + c1) / (vx + vy + c2))[3:-3, 3:-3].mean())
    assert ssim(*pair) == pytest.approx(np.mean(found), abs=1e-6)
    assert ssim(pair[0], pair[0]) == 1


def test_lpips_is_left_out_by_name_without_weights(pair):
    quality = SYNTHESIS.build(dict(type='PictureQuality'))
    assert quality.compare(*pair) == dict(ssim=ssim(*pair), lpips=None)
    assert list(quality.skipped) == ['lpips'] and 'AlexNet' in quality.skipped['lpips']
    assert quality.facts()['lpips'] is None


def test_lpips_is_the_formula_on_the_weights_of_the_file(pair, alexnet_file):
    """Zhang et al. 2018: squared differences of normalised features, weighed by channel, averaged over the picture."""
    pytest.importorskip('lpips')
    from importlib.resources import files

    from torchvision.models import alexnet
    network = alexnet(weights=None)
    network.load_state_dict(torch.load(alexnet_file, weights_only=True))
    network.eval()
    judged = torch.load(files('lpips') / 'weights/v0.1/alex.pth', 'cpu', weights_only=True)
    mean, deviation = (torch.tensor(v).view(3, 1, 1) for v in ([-.030, -.088, -.188], [.458, .448, .450]))
    x, y = ((torch.from_numpy(p).permute(2, 0, 1) / 127.5 - 1 - mean) / deviation for p in pair)
    expected, taps = 0., iter(range(5))
    with torch.no_grad():
        for layer in network.features:
            x, y = layer(x.clone()), layer(y.clone())
            if isinstance(layer, torch.nn.ReLU):
                a, b = (v / v.norm(dim=0, keepdim=True).clamp(min=1e-10) for v in (x, y))
                weight = judged[f'lin{next(taps)}.model.1.weight'][0]
                expected += float(((a - b) ** 2 * weight).sum(dim=0).mean())
    quality = PictureQuality(alexnet_file)
    assert quality.lpips(*pair) == pytest.approx(expected, rel=1e-3) and expected > 0
    assert quality.lpips(pair[0], pair[0]) == 0 and not quality.skipped and quality.facts()['lpips']


def test_the_table_has_means_for_each_source_and_over_all(pair, alexnet_file):
    pytest.importorskip('lpips')
    clean, noisy = pair
    quality = PictureQuality(alexnet_file)
    table = quality.table([('mpii', clean, noisy), ('coco', clean, clean), ('mpii', clean, clean)])
    one = quality.compare(clean, noisy)
    assert list(table['by_source']) == ['coco', 'mpii'] and table['pictures'] == 3 and table['unmeasured'] == {}
    assert table['by_source']['coco'] == dict(pictures=1, ssim=1., lpips=0.)
    assert table['by_source']['mpii']['lpips'] == pytest.approx(one['lpips'] / 2, abs=1e-5)
    assert table['ssim'] == pytest.approx((one['ssim'] + 2) / 3, abs=1e-5)
    without = PictureQuality().table(iter([('a', clean, noisy)]))
    assert without['lpips'] is None and 'lpips' in without['unmeasured'] and json.loads(json.dumps(without)) == without


def test_lpips_of_tiny_pictures_is_not_taken(alexnet_file):
    pytest.importorskip('lpips')
    assert PictureQuality(alexnet_file).lpips(*np.zeros((2, 40, 200, 3), np.uint8)) is None


def test_refusals(tmp_path, pair, alexnet_file):
    pytest.importorskip('lpips')
    with pytest.raises(UserError, match='nowhere.pth does not exist'):
        PictureQuality(tmp_path / 'nowhere.pth')
    torch.save({'features.0.weight': torch.zeros(3)}, tmp_path / 'other.pth')
    with pytest.raises(UserError, match='other.pth is of another model'):
        PictureQuality(tmp_path / 'other.pth')
    with pytest.raises(UserError, match='cannot be compared'):
        PictureQuality().compare(pair[0], pair[1][:-1])
