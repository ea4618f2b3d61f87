package io.sluice.server;

/** Where a setting's value came from. The text form is what people are shown. */
sealed interface Origin {

  /** Nobody set it. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }

  /**
   * A file.
   *
   * @param name as the person named it
   * @param line from 1, or 0 for the file as a whole
   */
  record InFile(String name, int line) implements Origin {
    @Override
    public Origin atLine(int line) {
      return new InFile(name, line);
    }

    @Override
    public String toString() {
      return line == 0 ? name : name + ':' + line;
    }
  }

  /** An environment variable. */
  record Variable(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }

  /** A command line option, with its dashes. */
  record Flag(String name) implements Origin {
    @Override
    public String toString() {
      return name;
    }
  }

  /** {@code listen} where its two parts were set in two places. */
  record HostAndPortOrigin(Origin host, Origin port) implements Origin {
    @Override
    public String toString() {
      return host.equals(port) ? host.toString() : host + ", port from " + port;
    }
  }

  /** The choice was left to the server: {@code demo.enabled: auto}. */
  record Automatic(Origin of) implements Origin {
    @Override
    public String toString() {
      return of + " (auto)";
    }
  }

  /** The same source at a line of it, where it has lines. */
  default Origin atLine(int line) {
    return this;
  }
}
