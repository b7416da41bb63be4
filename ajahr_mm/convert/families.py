"""The public releases that can be brought here, and how each is recognised."""
from types import ModuleType
from typing import Dict, Optional, Tuple

from ajahr_mm.convert import ajahr, cliff, hmr2, tokenhmr, tokenizer, vitpose
from ajahr_mm.convert.reading import PublicFile
from ajahr_mm.convert.rules import Conversion, State
from ajahr_mm.io.errors import UserError

#: By the name of ``--family``; the order is that of recognition, because all ViTs have a backbone.
FAMILIES: Dict[str, ModuleType] = dict(ajahr=ajahr, tokenhmr=tokenhmr, hmr2=hmr2, cliff=cliff, tokenizer=tokenizer,
                                       vitpose=vitpose)
#: Families that take separate tokenizer files.
WITH_TOKENIZERS: Dict[str, Tuple[str, ...]] = dict(tokenhmr=('tokenizer',), ajahr=('tokenizer', 'intact_tokenizer'))


def recognise(state: State) -> Optional[str]:
    """The family of a checkpoint by its names; None for a stranger."""
    return next((name for name, family in FAMILIES.items() if family.recognise(state)), None)


def convert_family(name: str, file: PublicFile, **tokenizers: Optional[PublicFile]) -> Conversion:
    """Converts the weights of ``file`` by the tables of family ``name``.

    Args:
        tokenizers: ``tokenizer`` and ``intact_tokenizer`` for the families that take them.

    Raises:
        UserError: the file is of another family, or anything in it is not as its family has it.
    """
    family = FAMILIES[name]
    if not family.recognise(file.state):
        found = recognise(file.state)
        is_one = f'it looks like one of {FAMILIES[found].TITLE}; use --family {found}' if found else \
            f'it is of none of the known families ({", ".join(FAMILIES)})'
        raise UserError(f'this is no checkpoint of {family.TITLE}: {is_one}.')
    given = {key: part for key, part in tokenizers.items() if part is not None}
    surplus = set(given) - set(WITH_TOKENIZERS.get(name, ()))
    if surplus:
        raise UserError(f'--{sorted(surplus)[0].replace("_", "-")} has no meaning for --family {name}; leave it out.')
    for key, part in given.items():
        if not tokenizer.recognise(part.state):
            raise UserError(f'the file of --{key.replace("_", "-")} is no pose tokenizer; give tokenizer.pth.')
    if name == 'tokenizer':
        return tokenizer.convert(file.state, file.extras)
    return family.convert(file.state, **{key: part.state for key, part in given.items()})
