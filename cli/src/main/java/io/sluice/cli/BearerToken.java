package io.sluice.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a client shows to a hub to be let in: a token or an API key (RFC 6750, section 2.1).
 *
 * <p>Immutable. Nothing but {@link #header} gives the text away; messages never have it.
 */
final class BearerToken {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]+=*");
  private static final int MAX_LENGTH = 16 * 1024;

  private final String text;

  private BearerToken(String text) {
    this.text = text;
  }

  /**
   * Checks a text.
   *
   * @param text white space around it doesn't count
   * @param source where it came from, for the message
   * @throws IllegalArgumentException if it can't be one
   */
  static BearerToken parse(String text, String source) {
    String token = text.strip();
    if (token.isEmpty()) {
      throw new IllegalArgumentException(source + " is empty: it must have a token or an API key");
    }
    if (token.length() > MAX_LENGTH || !FORM.matcher(token).matches()) {
      throw new IllegalArgumentException(
          source
              + " has no token and no API key: they are one word of letters, digits and -._~+/="
              + " of at most "
              + MAX_LENGTH
              + " characters");
    }
    return new BearerToken(token);
  }

  /**
   * Reads a file that has nothing else in it.
   *
   * @throws IllegalArgumentException if it can't be read or has none
   */
  static BearerToken read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(2 * MAX_LENGTH);
      return parse(new String(bytes, StandardCharsets.ISO_8859_1), file.toString());
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no file " + file, e);
    } catch (IOException e) {
      throw new IllegalArgumentException("can't read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a file with one in each line; lines that are blank don't count.
   *
   * @throws IllegalArgumentException if it can't be read, has none, or a line has something else
   */
  static List<BearerToken> readLines(Path file) {
    List<BearerToken> tokens = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          tokens.add(parse(line, file + ":" + number));
        }
      }
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no file " + file, e);
    } catch (IOException e) {
      throw new IllegalArgumentException("can't read " + file + ": " + e.getMessage(), e);
    }
    if (tokens.isEmpty()) {
      throw new IllegalArgumentException(file + " is empty: it must have a token in each line");
    }
    return tokens;
  }

  /** The value of {@code Authorization}. */
  String header() {
    return "Bearer " + text;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "bearer token";
  }
}
