"""Prints everything a config can name as ``type``, registry by registry.

    python tools/misc/print_registry.py                 # all of ajahr_mm
    python tools/misc/print_registry.py MODELS --all    # with what MMEngine adds
"""
import argparse

from ajahr_mm.io.errors import UserError, exit_on_user_error


def main() -> None:
    parser = argparse.ArgumentParser(description='Print what is registered.')
    parser.add_argument('registry', nargs='*', help='names such as MODELS (default: all)')
    parser.add_argument('--all', action='store_true', help="also print what is inherited from MMEngine's registries")
    args = parser.parse_args()

    from ajahr_mm.registry import all_registries, register_all
    register_all()
    registries = all_registries()
    unknown = [name for name in args.registry if name not in registries]
    if unknown:
        raise UserError(f'there is no registry {", ".join(unknown)}; there are {", ".join(registries)}.')
    for name in args.registry or registries:
        node = registries[name]
        print(f'{name} ({node.name})')
        for key, entry in sorted(node.module_dict.items()):
            summary = (entry.__doc__ or '').strip().splitlines()
            print(f'  {key:32s} {summary[0] if summary else ""}'.rstrip())
        if args.all and node.parent is not None:
            node.parent.import_from_location()
            print('  from mmengine: ' + ', '.join(sorted(node.parent.module_dict)))


if __name__ == '__main__':
    with exit_on_user_error():
        main()
