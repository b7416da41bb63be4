"""Prints a config with everything it inherits.

    python tools/misc/print_config.py configs/ajahr/ajahr_vitpose_a3d.py --cfg-options train_dataloader.batch_size=8
"""
import argparse

from mmengine.config import DictAction

from ajahr_mm.engine.config import load_config
from ajahr_mm.io.errors import exit_on_user_error


def main() -> None:
    parser = argparse.ArgumentParser(description='Print a whole config.')
    parser.add_argument('config', help='config file')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, metavar='KEY=VALUE', help='override settings')
    args = parser.parse_args()
    print(load_config(args.config, args.cfg_options).pretty_text)


if __name__ == '__main__':
    with exit_on_user_error():
        main()
