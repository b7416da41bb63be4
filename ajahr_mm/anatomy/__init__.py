"""Facts about the body: joints, limbs, keypoints. No torch modules, no state."""
