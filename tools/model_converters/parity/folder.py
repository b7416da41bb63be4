"""A folder of fixtures: lists of checkpoint entries, stored arrays, and the seeds of weights and inputs."""
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import torch
from parity.recipe import synthetic_smpl, weight

from ajahr_mm.io import UserError
from ajahr_mm.io.safe_load import load_json, load_npz

SUFFIX = '.keys.json'
OWN_RECIPE = Path(__file__).with_name('recipe.json')
_OPENPOSE = (24, 12, 17, 19, 21, 16, 18, 20, 0, 2, 5, 8, 1, 4, 7, *range(25, 35))
_SMPL_PICKS = (332, 6260, 2800, 4071, 583, 3216, 3226, 3387, 6617, 6624, 6787, 2746, 2319, 2445, 2556, 2673, 6191, 5782,
               5905, 6016, 6133)


@dataclass
class Fixture:
    """One network: its checkpoint entries, what it computes, and how both are drawn.

    ``recipe``: ``salt``, ``tokenizer_salt``, ``images`` (seed, batch, size) and other seeds by name; ``given``: explicit
    values of entries.
    """
    name: str
    keys: List[Tuple[str, List[int], str]]
    arrays: Optional[Dict[str, np.ndarray]]
    recipe: Dict[str, Any]
    given: Dict[str, List[float]] = field(default_factory=dict)

    def seed(self, name: str) -> Any:
        """An entry of the recipe. Raises UserError when the folder does not tell it."""
        if name not in self.recipe:
            raise UserError(f'the recipe of {self.name} says no {name}; add it to recipe.json or weights_recipe.md.')
        return self.recipe[name]

    def state(self, only: str = '') -> Dict[str, torch.Tensor]:
        """The checkpoint entries (those that begin with ``only``), drawn anew."""
        keys = [entry for entry in self.keys if entry[0].startswith(only)]
        return draw_state(keys, self.seed('salt'), self.given)

    def meta(self) -> Dict[str, torch.Tensor]:
        """The same entries without memory behind them: names, shapes and types."""
        return {key: torch.empty(shape, dtype=getattr(torch, dtype), device='meta') for key, shape, dtype in self.keys}

    def has(self, *names: str) -> bool:
        """All ``names`` are among the entries."""
        return set(names) <= {key for key, *_ in self.keys}


def draw_state(keys: List[Tuple[str, List[int], str]], salt: str, given: Dict[str, List[float]]) -> Dict[str, torch.Tensor]:
    """Every entry of a checkpoint: drawn where the recipe draws it, else what such a network is built with."""
    state, body = {}, None
    for key, shape, dtype in keys:
        value = weight(key, shape, salt, 'float' in dtype, given)
        if value is None and key.startswith(('smpl.', 'model.smpl.')):
            body = body or body_buffers(dict((key.split('smpl.')[-1], shape) for key, shape, _ in keys))
            value = body[key.split('smpl.')[-1]]
        elif value is None:
            value = np.arange(256).reshape(shape) if key.endswith(('x_grid', 'y_grid')) else np.zeros(shape)
        state[key] = torch.from_numpy(np.ascontiguousarray(value)).to(getattr(torch, dtype)).reshape(shape)
    return state


def body_buffers(shapes: Dict[str, List[int]]) -> Dict[str, np.ndarray]:
    """The buffers of a body model as such checkpoints carry them, of the artificial body."""
    vertices = shapes['v_template'][0]
    smpl = synthetic_smpl(vertices, shapes['faces_tensor'][0])
    parents = smpl['kintree_table'][0].copy()
    picks = np.array(_SMPL_PICKS if vertices > max(_SMPL_PICKS) else [11 * k % vertices for k in range(21)])
    return {'v_template': smpl['v_template'], 'shapedirs': smpl['shapedirs'], 'faces_tensor': smpl['f'],
            'J_regressor': smpl['J_regressor'], 'posedirs': smpl['posedirs'].reshape(-1, 207).T, 'parents': parents,
            'lbs_weights': smpl['weights'], 'joint_regressor_extra': smpl['extra_regressor'],
            'joint_map': np.array(_OPENPOSE), 'vertex_joint_selector.extra_joints_idxs': picks}


def read_folder(folder: Path, only: Optional[List[str]] = None) -> List[Fixture]:
    """The fixtures of a folder, in the order of their names.

    Raises:
        UserError: no such folder, no fixtures in it, an unknown name in ``only``, or one whose seeds are nowhere.
    """
    folder = Path(folder)
    names = sorted(path.name[:-len(SUFFIX)] for path in folder.glob(f'*{SUFFIX}'))
    if not names:
        raise UserError(f'{folder} holds no fixtures (files named *{SUFFIX}); give the folder with them.')
    for name in only or ():
        if name not in names:
            raise UserError(f'{folder} holds no fixture {name}; it has {", ".join(names)}.')
    recipes, given = read_recipes(folder)
    fixtures = []
    for name in names if not only else only:
        keys, arrays = load_json(folder / f'{name}{SUFFIX}'), folder / f'{name}.npz'
        if name not in recipes and arrays.exists():
            raise UserError(f'the seeds of {name} are neither in recipe.json nor in the table of weights_recipe.md in '
                            f'{folder}; add a row for it.')
        recipe = recipes.get(name, {})
        fixtures.append(Fixture(name, [tuple(entry) for entry in keys], load_npz(arrays) if arrays.exists() else None,
                                recipe, given.get(recipe.get('salt'), {})))
    return fixtures


def read_recipes(folder: Path) -> Tuple[Dict[str, Dict[str, Any]], Dict[str, Dict[str, List[float]]]]:
    """Seeds by fixture, explicit values by salt: of ``recipe.json`` or ``weights_recipe.md`` in the folder, else our own."""
    own = load_json(OWN_RECIPE)
    recipes, given = dict(own['fixtures']), dict(own['given'])
    if (folder / 'recipe.json').exists():
        theirs = load_json(folder / 'recipe.json')
        recipes.update(theirs['fixtures'])
        given.update(theirs.get('given', {}))
    elif (folder / 'weights_recipe.md').exists():
        text = (folder / 'weights_recipe.md').read_text(encoding='utf-8')
        for name, recipe in _table(text).items():
            recipes[name] = {**recipes.get(name, {}), **recipe}
        given.update(_given(text))
    return recipes, given


def _table(text: str) -> Dict[str, Dict[str, Any]]:
    """Rows of the table whose head begins with ``fixture | salt``: names, salts, images, other inputs."""
    recipes, inside = {}, False
    photos = [int(seed) for seed in re.findall(r'`photo\((\d+)\+i', text)[:2]]
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip('|').split('|')]
        inside = line.startswith('|') and (inside or cells[:2] == ['fixture', 'salt'])
        if not inside or len(cells) < 4 or cells[0] == 'fixture' or set(cells[0]) == {'-'}:
            continue
        recipe = _row(*cells[1:4])
        for name in re.split(r'[,\s]+', cells[0].replace(' and ', ' ')):
            recipes[name] = dict(recipe, photos=photos) if name == 'geometry' and len(photos) == 2 else recipe
    return recipes


def _row(salts: str, pictures: str, others: str) -> Dict[str, Any]:
    found = re.findall(r'`([^`]+/)`', salts)
    recipe: Dict[str, Any] = dict(zip(('salt', 'tokenizer_salt'), found))
    image = re.match(r'(\d+)\s*/\s*(\d+)\s*/\s*(\d+)', pictures)
    if image:
        recipe['images'] = [int(number) for number in image.groups()]
    for name in ('rotations', 'mixture', 'latents', 'indices', 'keypoints'):
        seed = re.search(rf'{name}\D{{1,7}}(\d+)', others)
        if seed:
            recipe[name] = int(seed.group(1))
    if 'RandomState(' in others:
        recipe['betas'] = int(re.search(r'RandomState\((\d+)\)', others).group(1))
    return recipe


def _given(text: str) -> Dict[str, Dict[str, List[float]]]:
    """Blocks ``given = {'name': [numbers], …}``, each for the salt that was named last before it."""
    blocks = {}
    for block in re.finditer(r'^given = \{(.*?)^\}', text, re.MULTILINE | re.DOTALL):
        salts = re.findall(r'`([^`\s]+/)`', text[:block.start()])
        entries = re.findall(r"'([\w.]+)':\s*\[([^\]]*)\]", block.group(1))
        blocks[salts[-1] if salts else ''] = {name: [float(n) for n in numbers.split(',')] for name, numbers in entries}
    return blocks
