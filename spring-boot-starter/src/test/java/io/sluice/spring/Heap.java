package io.sluice.spring;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/** What is alive in this process. */
final class Heap {

  private Heap() {}

  /** How many objects of each class can be reached. */
  static Map<String, Long> instances() {
    try {
      String histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {null},
                      new String[] {String[].class.getName()});
      Map<String, Long> instances = new HashMap<>();
      histogram
          .lines()
          .map(line -> line.strip().split("\\s+"))
          .filter(columns -> columns.length >= 4 && columns[0].endsWith(":"))
          .forEach(columns -> instances.put(columns[3], Long.valueOf(columns[1])));
      return instances;
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }
}
