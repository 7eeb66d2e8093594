package io.beethoven.actors.settings;

/**
 * What is done about clusters of the same name that were formed apart. Keys under {@code
 * beethoven.islands}.
 *
 * @param heal whether one of the two ends in favour of the other; otherwise they are only reported
 * @param lookoutRate how many addresses a cluster asks in a second whether another one is there
 */
public record IslandSettings(boolean heal, int lookoutRate) {}
