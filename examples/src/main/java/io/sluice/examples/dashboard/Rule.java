package io.sluice.examples.dashboard;

/**
 * When a figure is an alert.
 *
 * <p>Immutable.
 *
 * @param figure which, one of {@link Gauges#NAMES}
 * @param above raised when it is above this
 * @param seconds for so long without a break, 1 to 3600; cleared when it isn't for as long
 */
record Rule(String figure, double above, int seconds) {

  private static final int LONGEST = 3600;

  @SuppressWarnings("ConstantValue") // what is read from JSON may lack anything
  Rule {
    if (figure == null || !Gauges.NAMES.contains(figure)) {
      throw new IllegalArgumentException(
          "figure is one of " + String.join(", ", Gauges.NAMES) + "; not '" + figure + "'");
    }
    if (!(above >= 0) || above > 1e9) {
      throw new IllegalArgumentException("above is a number from 0 to 1e9, not " + above);
    }
    if (seconds < 1 || seconds > LONGEST) {
      throw new IllegalArgumentException("seconds is 1 to " + LONGEST + ", not " + seconds);
    }
  }
}
