import pytest
import torch

from ajahr_mm.models import HRNetBackbone

pytest.importorskip('mmpose')


def test_four_resolutions_are_strided_down_and_joined():
    net = HRNetBackbone(width=4, modules=(1, 1, 1), blocks=1).eval()
    maps = {}
    net.hrnet.register_forward_hook(lambda _, __, out: maps.update(enumerate(out)))
    with torch.no_grad():
        out = net(torch.randn(1, 3, 64, 96))
    assert [tuple(maps[i].shape[1:]) for i in range(4)] == [(4, 16, 24), (8, 8, 12), (16, 4, 6), (32, 2, 3)]
    assert out.shape == (1, 60, 2, 3) and net.out_channels == 60
    assert torch.equal(out[:, 28:], maps[3])  # the lowest comes last and as it is
    first = maps[2]
    for layer in net.descend[2]:
        first = layer(first)
    torch.testing.assert_close(out[:, 12:28], first)


def test_the_full_size_is_w48():
    with torch.device('meta'):
        net = HRNetBackbone()
    assert sum(p.numel() for p in net.parameters()) / 1e6 == pytest.approx(65.9, abs=0.05) and net.out_channels == 720


def test_it_starts_from_a_pose_network_of_mmpose(tmp_path):
    source = HRNetBackbone(width=4, modules=(1, 1, 1), blocks=1)
    state = {f'backbone.{name}': torch.full_like(value, 0.5) for name, value in source.hrnet.named_parameters()
             if 'stage4.0.fuse_layers.3' not in name}  # pose networks keep the highest resolution alone
    torch.save(dict(state_dict=state), tmp_path / 'pose.pth')
    net = HRNetBackbone(width=4, modules=(1, 1, 1), blocks=1, hrnet_init=dict(
        type='ajahr_mm.Pretrained', checkpoint=str(tmp_path / 'pose.pth'), prefix='backbone', strict=False))
    net.init_weights()
    taken = {name for name, value in net.hrnet.named_parameters() if (value == 0.5).all()}
    assert taken == {name.removeprefix('backbone.') for name in state} and len(taken) < len(list(net.hrnet.parameters()))
