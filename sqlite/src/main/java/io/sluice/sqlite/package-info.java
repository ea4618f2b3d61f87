/** The durable log: one SQLite file that outlives the process, behind the hub's window. */
@NullMarked
package io.sluice.sqlite;

import org.jspecify.annotations.NullMarked;
