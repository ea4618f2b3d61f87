/** What hubs share through Redis or Valkey: the log, and what belongs to all nodes together. */
@org.jspecify.annotations.NullMarked
package io.sluice.redis;
