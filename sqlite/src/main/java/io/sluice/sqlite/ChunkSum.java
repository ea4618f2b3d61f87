package io.sluice.sqlite;

/**
 * What rows of {@code chunk} hold together.
 *
 * @param events how many events
 * @param bytes of their frames
 * @param last sequence of the newest, 0 without any
 */
record ChunkSum(long events, long bytes, long last) {}
