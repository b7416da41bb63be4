"""Lists of entries without outputs: a full-size checkpoint fills our network, entry by entry and shape by shape."""
from typing import Any, Dict

import torch
from parity.common import converted
from parity.folder import Fixture
from parity.mesh_networks import family_of
from parity.tokenizer_files import head_size, tokenizer_keys

from ajahr_mm.convert.families import recognise


def applies(fixture: Fixture) -> bool:
    return fixture.arrays is None


def run(fixture: Fixture) -> Dict[str, Any]:
    """Converts shapes alone; raises UserError when an entry has no use or our network lacks one."""
    state = fixture.meta()
    family, files = recognise(state) or '', {}
    if family_of(fixture) == 'tokenhmr':
        tokens, codes = head_size(fixture)
        keys = tokenizer_keys(tokens, num_codes=codes)
        files['tokenizer'] = {key: torch.empty(shape, device='meta') for key, shape, _ in keys}
    done = converted(family, state, **files)
    return dict(family=family, entries=len(state), kept=len(done.kept), changed=len(done.changed), dropped=len(done.dropped),
                derived=len(done.derived), ours=len(done.state))
