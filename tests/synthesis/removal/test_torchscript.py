"""TorchScript archives are checked before they are opened."""
import pytest
import torch

from ajahr_mm.io.errors import UserError
from ajahr_mm.synthesis.removal.torchscript import load_torchscript


class Writes(torch.nn.Module):
    def forward(self, image, mask):
        torch.save(image, '/nowhere/stolen.pt')
        return image


class Maps(torch.nn.Module):
    def forward(self, image, mask):
        return torch.from_file('/etc/hostname', True, 8, dtype=torch.uint8)


def test_an_archive_is_opened_ready_for_use(lama_file):
    network = load_torchscript(lama_file, 'LaMa')
    assert not network.training
    image, mask = torch.rand(1, 3, 8, 8), torch.zeros(1, 1, 8, 8)
    torch.testing.assert_close(network(image, mask), image)


@pytest.mark.parametrize('module, word', [(Writes, 'save'), (Maps, 'from_file')])
def test_a_program_that_touches_files_is_not_opened(tmp_path, networks, module, word, monkeypatch):
    path = networks.save_torchscript(module(), tmp_path / 'evil.pt')
    monkeypatch.setattr(torch.jit, 'load', lambda *_, **__: pytest.fail('it was opened'))
    with pytest.raises(UserError, match=rf'evil.pt reaches outside its tensors \({word}'):
        load_torchscript(path, 'LaMa')


def test_a_program_of_foreign_operators_is_not_opened(tmp_path, lama_file):
    import zipfile
    with zipfile.ZipFile(lama_file) as archive, zipfile.ZipFile(tmp_path / 'foreign.pt', 'w') as changed:
        for name in archive.namelist():
            data = archive.read(name)
            changed.writestr(name, data.replace(b'torch.neg', b'ops.image.write_file') if name.endswith('.py') else data)
    with pytest.raises(UserError, match=r'reaches outside its tensors \(ops.image'):
        load_torchscript(tmp_path / 'foreign.pt', 'LaMa')


def test_other_files_are_told_apart(tmp_path, lama_file):
    with pytest.raises(UserError, match='nowhere.pt does not exist: it should be LaMa'):
        load_torchscript(tmp_path / 'nowhere.pt', 'LaMa')
    torch.save(dict(weight=torch.zeros(3)), tmp_path / 'plain.pt')
    with pytest.raises(UserError, match='plain.pt is a checkpoint, not a TorchScript archive'):
        load_torchscript(tmp_path / 'plain.pt', 'LaMa')
    (tmp_path / 'text.pt').write_text('hello')
    with pytest.raises(UserError, match='text.pt is not a TorchScript archive'):
        load_torchscript(tmp_path / 'text.pt', 'LaMa')
    data = lama_file.read_bytes()
    (tmp_path / 'half.pt').write_bytes(data[:len(data) // 2])
    with pytest.raises(UserError, match='half.pt is not a TorchScript archive or is cut off'):
        load_torchscript(tmp_path / 'half.pt', 'LaMa')


def test_a_damaged_program_is_one_sentence(tmp_path, lama_file):
    import zipfile
    with zipfile.ZipFile(lama_file) as archive, zipfile.ZipFile(tmp_path / 'damaged.pt', 'w') as changed:
        for name in archive.namelist():
            changed.writestr(name, b'def def' if name.endswith('.py') else archive.read(name))
    with pytest.raises(UserError, match='damaged.pt cannot be opened as a TorchScript archive') as error:
        load_torchscript(tmp_path / 'damaged.pt', 'LaMa')
    assert '\n' not in str(error.value)
