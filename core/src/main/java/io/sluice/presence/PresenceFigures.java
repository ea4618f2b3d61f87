package io.sluice.presence;

/**
 * Figures of presence at one moment.
 *
 * @param rooms channels with members, or such as had some until now
 * @param memberships streams and the channels that they are in, all pairs together
 * @param told events published since the start
 * @param refused how often somebody wasn't counted because there were too many memberships
 */
public record PresenceFigures(int rooms, int memberships, long told, long refused) {}
