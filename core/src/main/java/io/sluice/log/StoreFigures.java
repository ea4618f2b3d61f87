package io.sluice.log;

/**
 * Figures of a store at one moment, as near as it has them without looking at everything.
 *
 * <p>Immutable.
 *
 * @param retainedEvents events that a resume reaches
 * @param retainedBytes bytes of their frames
 * @param channels channels that hold something
 * @param evicted events that retention has given up since the start
 * @param storedBytes what it takes where it is stored
 * @param commits how many times something was made safe since the start
 */
public record StoreFigures(
    long retainedEvents,
    long retainedBytes,
    long channels,
    long evicted,
    long storedBytes,
    long commits) {}
