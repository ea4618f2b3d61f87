package io.sluice.server;

import io.sluice.access.Identity;
import io.sluice.access.Lease;
import org.jspecify.annotations.Nullable;

/**
 * Whose a stream is.
 *
 * <p>Immutable.
 *
 * @param identity who opened it
 * @param lease its place among the streams of its subject and address; given back when it ends;
 *     null where places are not counted
 */
record StreamOwner(Identity identity, @Nullable Lease lease) {}
