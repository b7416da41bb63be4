"""What people look like: skin, faces, hair, clothes, ends of limbs."""
