"""Where could a definition start? Learned from won and lost leads, as a draft that people then argue about."""
