"""Bodies and limb verdicts for an image or a folder of images, from the command line."""
import argparse
from pathlib import Path
from typing import Any, Optional

from ajahr_mm.apis.inferencer import BodyInferencer
from ajahr_mm.apis.people_files import read_people
from ajahr_mm.io.errors import UserError, exit_on_user_error


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('input', help='image file or folder; "astronaut" is the photograph that comes with scikit-image')
    parser.add_argument('--model', required=True, help='config file')
    parser.add_argument('--weights', required=True, help='checkpoint trained with that config')
    parser.add_argument('--boxes', help='JSON with the box of each person (see demo/README.md); default: the whole image')
    parser.add_argument('--keypoints', help='JSON with COCO keypoints, may be the same file; default: no keypoints')
    parser.add_argument('--detector-weights', help='checkpoint of torchvision\'s Faster R-CNN v2: find people with it')
    parser.add_argument('--pose-config', help='mmpose config of a COCO keypoint model, with --pose-weights')
    parser.add_argument('--pose-weights', help='its checkpoint')
    parser.add_argument('--out-dir', default='outputs', help='where pictures, JSON and GLB go (default: %(default)s)')
    parser.add_argument('--device', default='cpu', help='cpu, cuda, cuda:1 … (default: %(default)s)')
    parser.add_argument('--batch-size', type=int, default=8, help='people predicted together (default: %(default)s)')
    parser.add_argument('--amputate', nargs='+', default=['predicted'], metavar='HOW',
                        help='limbs the body is shown with: predicted, off, or four extents from 0 (absent from shoulder '
                             'or hip) to 3 (intact): left arm, right arm, left leg, right leg')
    parser.add_argument('--amputation', choices=('collapse', 'stump'), default='collapse',
                        help='how a limb ends: collapsed as in the paper, or a rounded residual limb')
    parser.add_argument('--dtype', choices=('auto', 'float32', 'bfloat16'), default='auto',
                        help='arithmetic of the networks; auto: bfloat16 where the processor multiplies it natively')
    return parser.parse_args()


def photograph(name: str) -> str:
    """The input path; the word ``astronaut`` becomes scikit-image's file unless such a file exists here."""
    if name != 'astronaut' or Path(name).exists():
        return name
    try:
        import skimage.data
    except ImportError:
        raise UserError('the astronaut comes with scikit-image: pip install scikit-image, or give a picture') from None
    return str(Path(skimage.data.__file__).parent / 'astronaut.png')


def amputate(words: list) -> Any:
    """``['off']`` -> 'off', four numbers -> a list of floats."""
    if len(words) == 1:
        return words[0]
    try:
        return [float(word) for word in words]
    except ValueError:
        raise UserError(f'--amputate takes predicted, off or four numbers, got {" ".join(words)}') from None


def keypoint_detector(config: Optional[str], weights: Optional[str], device: str) -> Optional[dict]:
    if (config is None) != (weights is None):
        raise UserError('--pose-config and --pose-weights belong together: give both or neither')
    return config and dict(type='ViTPoseDetector', config=config, weights=weights, device=device)


def main() -> None:
    args = parse_args()
    with exit_on_user_error():
        boxes = args.boxes and read_people(args.boxes, 'boxes')
        keypoints = args.keypoints and read_people(args.keypoints, 'keypoints')
        detector = args.detector_weights and dict(type='TorchvisionDetector', weights=args.detector_weights,
                                                  device=args.device)
        infer = BodyInferencer(args.model, args.weights, args.device, detector=detector, batch_size=args.batch_size,
                               keypoint_detector=keypoint_detector(args.pose_config, args.pose_weights, args.device),
                               dtype=args.dtype)
        people = infer(photograph(args.input), boxes, keypoints, args.out_dir, amputate(args.amputate), args.amputation)
    for person in people:
        print(f'{person["image"]}, person {person["person"]}: {person["verdict"]}')
    print(f'{len(people)} people; results are in {args.out_dir}')


if __name__ == '__main__':
    main()
