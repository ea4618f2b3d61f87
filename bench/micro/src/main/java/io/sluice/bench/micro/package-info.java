/**
 * Benchmarks of what the hub does most often, one thread each, on the log alone: no sockets, no
 * loops. {@code bench/jmh} runs them.
 */
@NullMarked
package io.sluice.bench.micro;

import org.jspecify.annotations.NullMarked;
