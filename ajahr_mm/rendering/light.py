"""One lamp at infinity plus ambient light."""
from dataclasses import dataclass
from typing import Any


@dataclass
class Light:
    """Colour of a surface = albedo * (ambient + diffuse * max(0, normal . direction)), clipped to white.

    Args:
        direction: (3,) or (B,3), from the surface *towards* the lamp, camera frame (x right, y down, z forward);
            any length but zero.
        ambient: (3,) or (B,3) RGB, 1 = full.
        diffuse: (3,) or (B,3) RGB, 1 = full.

    The default lamp stands behind the camera, up and to the left.
    """
    direction: Any = (-0.5, -0.7, -0.7)
    ambient: Any = (0.4, 0.4, 0.4)
    diffuse: Any = (0.7, 0.7, 0.7)

    @classmethod
    def unlit(cls) -> 'Light':
        """Colours as they are given, for surfaces that carry their light; no normals are computed for it."""
        return cls(ambient=(1, 1, 1), diffuse=(0, 0, 0))
