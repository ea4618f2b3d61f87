package io.sluice.examples.notifications;

import org.jspecify.annotations.Nullable;

/**
 * A notification to one user.
 *
 * <p>Immutable.
 *
 * @param id rises; of one user the newest has the highest
 * @param type info, success, warning or error
 * @param title what it says in a line
 * @param text more words, or null
 * @param link where it leads, or null
 * @param at when it was stored, in milliseconds since 1970
 * @param read whether the user has read it
 */
record Notice(
    long id,
    String type,
    String title,
    @Nullable String text,
    @Nullable String link,
    long at,
    boolean read) {}
