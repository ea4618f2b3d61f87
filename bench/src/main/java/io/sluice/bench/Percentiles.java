package io.sluice.bench;

import org.HdrHistogram.Histogram;

/**
 * The distribution of a time, in microseconds, each within 1 %; all zero where nothing was
 * measured.
 *
 * @param count how many were measured
 * @param p50 half took at most this
 * @param p90 nine in ten
 * @param p99 all but one in a hundred
 * @param p999 all but one in a thousand
 * @param max all
 */
public record Percentiles(long count, long p50, long p90, long p99, long p999, long max) {

  static Percentiles of(Histogram micros) {
    return new Percentiles(
        micros.getTotalCount(),
        micros.getValueAtPercentile(50),
        micros.getValueAtPercentile(90),
        micros.getValueAtPercentile(99),
        micros.getValueAtPercentile(99.9),
        micros.getMaxValue());
  }

  /** For people: in milliseconds. */
  String text() {
    return "p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms"
        .formatted(p50 / 1e3, p90 / 1e3, p99 / 1e3, p999 / 1e3, max / 1e3);
  }
}
