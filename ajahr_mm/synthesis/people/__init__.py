"""Who is shown: limbs, groups, ages, figures, in exact numbers."""
