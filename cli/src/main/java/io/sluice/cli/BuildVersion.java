package io.sluice.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version that the build wrote into the jar, and the JVM's. */
final class BuildVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return new String[] {
      "sluice " + (version == null ? "(not from a jar)" : version), "Java " + Runtime.version()
    };
  }
}
