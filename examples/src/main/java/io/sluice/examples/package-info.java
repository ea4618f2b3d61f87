/**
 * Programs to start from, each in a package of its own; {@code docs/applications.md} compares them.
 */
@NullMarked
package io.sluice.examples;

import org.jspecify.annotations.NullMarked;
