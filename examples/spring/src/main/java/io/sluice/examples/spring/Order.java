package io.sluice.examples.spring;

/**
 * An order as the page sees it.
 *
 * @param owner whose it is
 */
public record Order(long id, String owner, String item, String state) {}
