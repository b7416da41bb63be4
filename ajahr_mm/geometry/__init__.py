"""Pure tensor functions: rotations, cameras, boxes, alignment, heat-maps."""
