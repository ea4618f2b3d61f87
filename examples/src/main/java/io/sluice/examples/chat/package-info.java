/** A chat: rooms, private messages, who is there and who is typing. */
@NullMarked
package io.sluice.examples.chat;

import org.jspecify.annotations.NullMarked;
