"""What the tests of restricted pickles share: a judge that watches the interpreter, and pieces of pickles."""
import sys

import pytest

from ajahr_mm.io import UserError
from ajahr_mm.io.restricted_pickle import SMPL, load_pickle

from ..tiny_networks import save_sam

_EVENTS = []
sys.addaudithook(lambda event, arguments: _EVENTS and _EVENTS.append((event, arguments)))


@pytest.fixture
def refused(tmp_path):
    """Call with a pickle, in which MARKER stands for a file to be made: returns the sentence of the refusal.

    Nothing may have run: no file, and not one event (import, open, exec, system, compile, …) in the interpreter's audit.
    """
    def judge(data, allow=SMPL, **options):
        marker = tmp_path / 'ran'
        data = data.replace(b'MARKER', str(marker).encode())
        sentence = None
        _EVENTS.append('start')
        try:
            load_pickle(data, allow, name='data.pyd', **options)
        except UserError as error:
            sentence = str(error)
        finally:
            events = _EVENTS[1:]
            _EVENTS.clear()
        assert sentence is not None, 'it was read'
        assert events == [] and not marker.exists()
        assert sentence.startswith('data.pyd ') and '\n' not in sentence and sentence.isprintable()
        return sentence
    return judge


@pytest.fixture
def marker(tmp_path):
    """The file that an attack would make, and the command that makes it."""
    return tmp_path / 'ran', f'touch {tmp_path / "ran"}'


@pytest.fixture(scope='session')
def sam_folder(tmp_path_factory):
    """A tiny SAM as transformers writes it."""
    pytest.importorskip('transformers')
    return save_sam(tmp_path_factory.mktemp('sam'))
