"""The peer of the body benchmarks: smplx.SMPLLayer on the arrays of one of our bodies."""
import numpy as np
from torch import nn

from ajahr_mm.body_models.assets import OPEN_BODY, load_body
from ajahr_mm.io import UserError


def smplx_layer(source: str = 'open') -> nn.Module:
    """The SMPLLayer of smplx on the arrays of a body: 'open' or an .npz file. Raises UserError without smplx."""
    try:
        import smplx
    except ImportError as error:
        raise UserError(f'this benchmark compares with smplx: pip install smplx==0.1.28 ({error})') from None
    body = load_body(source)
    parents = np.load(OPEN_BODY if source == 'open' else source)['kintree_table'].astype(np.int64)
    parents[0, 0] = -1
    posedirs = np.zeros((len(body.v_template), 3, 207)) if body.posedirs is None else body.posedirs
    arrays = smplx.utils.Struct(v_template=body.v_template, shapedirs=body.shapedirs, J_regressor=body.J_regressor,
                                weights=body.weights, f=body.faces, posedirs=posedirs, kintree_table=parents)
    landmarks = dict.fromkeys(smplx.vertex_ids.vertex_ids['smplh'], 0)  # those of SMPL lie elsewhere on another mesh
    return smplx.SMPLLayer(model_path='', data_struct=arrays, num_betas=10, vertex_ids=landmarks)
