"""What tools/misc/verify_dataset.py looks at, one kind of defect a file."""
