"""Opening configs: each mistake is one sentence about one file."""
import pytest
from mmengine.config import Config

from ajahr_mm.engine.config import load_config, set_work_dir, turn_off_validation
from ajahr_mm.io.errors import UserError


def write(tmp_path, text):
    path = tmp_path / 'some_config.py'
    path.write_text(text)
    return path


def test_options_are_merged(tmp_path):
    cfg = load_config(write(tmp_path, 'a = dict(b=1, c=[dict(d=1), 2])'), {'a.b': 5, 'a.c.0.d': 7})
    assert cfg.a.b == 5 and cfg.a.c == [dict(d=7), 2]


@pytest.mark.parametrize('text, match', [
    ("_base_ = 'absent.py'", 'builds on a file that does not exist'),
    ("custom_imports = dict(imports=['no_such_module_of_mine'])", 'no_such_module_of_mine.*custom_imports'),
    ('a = (', 'cannot be read .SyntaxError'),
    ('a = undefined_name', 'cannot be read'),
])
def test_a_config_with_a_mistake(tmp_path, text, match):
    with pytest.raises(UserError, match=f'some_config.py.*{match}'):
        load_config(write(tmp_path, text))


def test_a_missing_config_and_an_option_that_does_not_fit(tmp_path):
    with pytest.raises(UserError, match='absent.py does not exist'):
        load_config(tmp_path / 'absent.py')
    for option in ('a.7', 'a.0.b'):
        with pytest.raises(UserError, match=f'{option} does not fit'):
            load_config(write(tmp_path, 'a = [1]'), {option: 2})


def test_work_dir_command_line_before_config_before_name(tmp_path):
    path = write(tmp_path, 'a = 1')
    assert set_work_dir(load_config(path), None).work_dir == 'work_dirs/some_config'
    assert set_work_dir(load_config(path, dict(work_dir='mine')), None).work_dir == 'mine'
    assert set_work_dir(load_config(path, dict(work_dir='mine')), 'yours').work_dir == 'yours'


def test_without_validation_no_best_checkpoint_is_sought():
    cfg = turn_off_validation(Config(dict(val_cfg={}, val_dataloader={}, val_evaluator={}, default_hooks=dict(
        checkpoint=dict(type='CheckpointHook', save_best='gt_labels/mpjpe', rule='less', interval=3)))))
    assert cfg.val_cfg is cfg.val_dataloader is cfg.val_evaluator is None
    assert cfg.default_hooks.checkpoint == dict(type='CheckpointHook', interval=3)
