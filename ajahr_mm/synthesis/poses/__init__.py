"""Where poses come from: a bank of key poses, motion files, fits of photographs."""
