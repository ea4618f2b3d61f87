/**
 * Notifications of an application to its users: stored first, then published, and there for whoever
 * was away. {@code Notifications} is the application, {@code Mailbox} its tables, {@code Outbox}
 * what carries changes from there to the hub.
 */
@NullMarked
package io.sluice.examples.notifications;

import org.jspecify.annotations.NullMarked;
