/**
 * The {@code sluice} command: one class per subcommand, and what they are made of.
 *
 * <p>{@link io.sluice.cli.PublishCommand} reads lines ({@link io.sluice.cli.LineReader}) into a
 * bounded buffer, from which {@link io.sluice.cli.LinePublisher} sends batches until each line has
 * its answer. {@link io.sluice.cli.SubscribeCommand} follows a stream ({@link
 * io.sluice.cli.StreamFollower}) across connections and shows it through an {@link
 * io.sluice.cli.EventView}. {@link io.sluice.cli.HistoryCommand} has those that work on a file,
 * without a hub.
 */
@NullMarked
package io.sluice.cli;

import org.jspecify.annotations.NullMarked;
