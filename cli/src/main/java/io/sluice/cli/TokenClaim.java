package io.sluice.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * One more thing that a token says.
 *
 * <p>Immutable.
 *
 * @param name of the claim
 * @param value as JSON has it: a text, a number, a boolean, a list or a map
 */
record TokenClaim(String name, Object value) {

  private static final ObjectReader JSON =
      JsonMapper.shared()
          .readerFor(Object.class)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads {@code --claim}: {@code name=text}, or {@code name:=JSON}. A value that looks like a
   * number may be meant as a text, so it is the user who says which it is.
   */
  static final class Converter implements ITypeConverter<TokenClaim> {

    @Override
    public TokenClaim convert(String argument) {
      int equals = argument.indexOf('=');
      boolean json = equals > 0 && argument.charAt(equals - 1) == ':';
      int end = json ? equals - 1 : equals;
      if (end < 1) {
        throw new TypeConversionException("'" + argument + "' is neither name=text nor name:=JSON");
      }
      String name = argument.substring(0, end);
      String value = argument.substring(equals + 1);
      return new TokenClaim(name, json ? parse(name, value) : value);
    }

    private static Object parse(String name, String json) {
      Object value;
      try {
        value = JSON.readValue(json);
      } catch (JacksonException e) {
        throw new TypeConversionException(
            "the value of " + name + " is no JSON; a text is " + name + "=text, without the colon");
      }
      if (value == null) {
        throw new TypeConversionException(
            "the value of " + name + " is null, which says nothing: leave it out");
      }
      return value;
    }
  }
}
