"""Triangle meshes and rigs in files; most callers want :mod:`ajahr_mm.io.mesh_files`."""
