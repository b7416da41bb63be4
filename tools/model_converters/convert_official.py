"""Brings a checkpoint of a public release here: AJAHR, TokenHMR, HMR2.0, BEDLAM-CLIFF, their tokenizers, ViTPose.

    python tools/model_converters/convert_official.py --family hmr2 --src epoch=35-step=1000000.ckpt --out hmr2b.safetensors
    python tools/model_converters/convert_official.py --family tokenhmr --src tokenhmr_model.ckpt \\
        --tokenizer tokenizer.pth --out tokenhmr.safetensors
    python tools/model_converters/convert_official.py --family vitpose --src vitpose-h-multi-coco.pth \\
        --out vitpose-h_backbone.safetensors

Nothing that stands in the file is executed. Every entry is used or listed with the reason; every parameter of our network
comes from the file or is listed as derived. The result says of which network it is: `BodyInferencer('hmr2b.safetensors')`.
"""
import argparse

from ajahr_mm.convert.families import FAMILIES
from ajahr_mm.io import exit_on_user_error


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--family', required=True, choices=FAMILIES, help='whose checkpoint it is')
    parser.add_argument('--src', required=True, help='the public checkpoint: .ckpt, .pth, .pt, .tar, .npz or .safetensors')
    parser.add_argument('--out', required=True, help='where the converted weights go (.safetensors)')
    parser.add_argument('--tokenizer', help='tokenizer.pth: needed for tokenhmr; for ajahr only if --src has none (amputee)')
    parser.add_argument('--intact-tokenizer', help='for ajahr, only if --src has none: the tokenizer of intact poses')
    parser.add_argument('--body', help='body model to write into the header: open, or your own SMPL .npz file')
    args = parser.parse_args()

    from ajahr_mm.apis.official import convert_official
    from ajahr_mm.convert.report import report
    done = convert_official(args.family, args.src, args.out, args.tokenizer, args.intact_tokenizer, args.body)
    print(report(done, f'{FAMILIES[args.family].TITLE} checkpoint {args.src}'))
    print(f'written to {args.out}')


if __name__ == '__main__':
    with exit_on_user_error():
        main()
