"""Backgrounds from pictures of people with engines that come with OpenCV: nothing to download, a modest eye.

HOGDetector finds people who stand upright and whole, and misses many others: pictures in which it finds nobody are dropped,
and whoever it misses beside somebody else stays. Name a better detector here, such as
``dict(type='TorchvisionDetector', weights=...)``, or take clean_backgrounds_paper.py. Pictures known to be empty need no
cleaning: FolderBackgrounds reads them as they are.
"""
people = dict(type='HOGDetector', score=.5)

cleaner = dict(
    type='BackgroundCleaner',
    detector=people,
    segmenter=dict(type='GrabCutSegmenter', dilate=.045),
    inpainter=dict(type='OpenCVInpainter', method='telea'),
    checks=[dict(type='SSIMCheck', minimum=.5),            # supplement A
            dict(type='NoPersonCheck', detector=people)],
    keep_empty=False,
    quality=dict(type='PictureQuality', alexnet=None))     # a path: LPIPS as in Table A
