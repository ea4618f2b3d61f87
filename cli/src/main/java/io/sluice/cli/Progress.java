package io.sluice.cli;

import java.io.PrintWriter;

/** Shows every line as soon as it is complete. Confined to one thread. */
final class Progress implements Appendable {

  private final PrintWriter target;

  Progress(PrintWriter target) {
    this.target = target;
  }

  @Override
  public Appendable append(CharSequence text) {
    target.append(text);
    return this;
  }

  @Override
  public Appendable append(CharSequence text, int start, int end) {
    target.append(text, start, end);
    return this;
  }

  @Override
  public Appendable append(char c) {
    target.append(c);
    if (c == '\n') {
      target.flush();
    }
    return this;
  }
}
