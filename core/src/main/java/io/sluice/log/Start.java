package io.sluice.log;

import org.jspecify.annotations.Nullable;

/**
 * Where a reader begins.
 *
 * @param position the sequence after which it reads
 * @param replay what holds for the past, or null if it begins at the head
 * @param loss what it should have had and can't get, or null
 * @param told the stamp of losses up to which the reader knows of them all
 */
public record Start(long position, @Nullable Replay replay, @Nullable Loss loss, long told) {}
