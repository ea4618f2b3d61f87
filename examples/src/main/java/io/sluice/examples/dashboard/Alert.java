package io.sluice.examples.dashboard;

/**
 * A rule began or ceased to hold.
 *
 * <p>Immutable.
 *
 * @param at when, in milliseconds since 1970
 * @param rule which
 * @param raised whether it began to
 * @param value the figure at that moment
 */
record Alert(long at, Rule rule, boolean raised, double value) {}
