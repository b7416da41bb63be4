"""What is behind the people: panoramas, drawn scenes, folders of photographs."""
