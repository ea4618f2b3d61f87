package io.sluice.hub;

/**
 * What was done for streams that want large data compressed, since the start.
 *
 * @param events events whose data was compressed
 * @param bytesIn bytes of their frames before
 * @param bytesOut bytes of their data afterwards, as it stands on the wire
 * @param passed how often large data went as it is because too much was waiting
 * @param keptBytes what is kept of it now
 */
public record CompressionFigures(
    long events, long bytesIn, long bytesOut, long passed, long keptBytes) {}
