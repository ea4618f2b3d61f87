import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;

/**
 * Checks or rewrites the layout of every Java source below a directory with google-java-format,
 * which must be on the class path. The build runs it in the JDK that compiles, because the
 * formatter reads sources with the parser of the JDK it runs in.
 *
 * <p>Arguments: {@code check} or {@code apply}, then the directory.
 */
final class FormatSources {

  private static final Set<String> SKIPPED = Set.of("target", "node_modules");

  private FormatSources() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !Set.of("check", "apply").contains(arguments[0])) {
      fail("format.mode is check or apply, not: " + String.join(" ", arguments));
    }
    boolean apply = arguments[0].equals("apply");
    List<String> call = new ArrayList<>();
    call.addAll(apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    call.addAll(sources(Path.of(arguments[1])));
    ToolProvider formatter =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow(() -> new IllegalStateException("no formatter on the class path"));
    int outcome =
        formatter.run(
            new PrintWriter(System.out, true),
            new PrintWriter(System.err, true),
            call.toArray(String[]::new));
    if (outcome != 0) {
      fail(
          apply
              ? "Not everything could be formatted."
              : "The files above aren't formatted. To format them: ./mvnw -q -N verify"
                  + " -Dformat.mode=apply");
    }
  }

  private static List<String> sources(Path root) throws IOException {
    List<String> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            boolean hidden = name.startsWith(".") && !directory.equals(root);
            return hidden || SKIPPED.contains(name)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              found.add(file.toString());
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }

  private static void fail(String message) {
    System.err.println(message);
    System.exit(1);
  }
}
