"""Takes the ViT backbone out of a checkpoint of ViTPose, HMR2, TokenHMR or AJAHR, under the names of `ViTBackbone`.

    python tools/model_converters/vitpose_to_ajahr.py vitpose-h-multi-coco.pth data/weights/vitpose-h_backbone.pth
"""
import argparse
from collections import Counter

from ajahr_mm.io import atomic_path, exit_on_user_error


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('source', help='public checkpoint; nothing in it is executed')
    parser.add_argument('out', help='where the converted weights go (.pth)')
    args = parser.parse_args()

    import torch

    from ajahr_mm.convert import convert_vitpose
    from ajahr_mm.engine.checkpoint import load_file, state_dict_of
    converted, dropped = convert_vitpose(state_dict_of(load_file(args.source)))
    with atomic_path(args.out) as temporary:
        torch.save(dict(state_dict=converted), temporary)
    print(f'{len(converted)} entries written to {args.out}')
    for reason, count in Counter(dropped.values()).items():
        print(f'{count} entries dropped: {reason}')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
