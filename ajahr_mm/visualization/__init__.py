"""Pictures and pages for people: keypoints, limb badges, bodies over photographs, the report."""

