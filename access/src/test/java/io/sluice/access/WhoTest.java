package io.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.access.Who.Anyone;
import io.sluice.access.Who.Nobody;
import io.sluice.access.Who.Role;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhoTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anyone",
        "authenticated",
        "subject",
        "nobody",
        "role:staff",
        "role:a:b=c",
        "scope:events.read",
        "claim:plan=pro",
        "claim:https://app.example/plan=a=b c",
        "subject, role:staff, scope:x, claim:a=b"
      })
  void isReadAsItIsWritten(String text) {
    assertThat(Who.parse(text)).hasToString(text);
    assertThat(Who.parse(text)).isEqualTo(Who.parse(" " + text.replace(", ", " ,") + " "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "everyone | everyone is not one of the words",
        "Anyone | Anyone is not one of the words",
        "'' | nothing is not one of the words",
        "subject, | nothing is not one of the words",
        "group:x | group:x is not one of the words",
        "role: | role: needs a name without commas, and without spaces around it",
        "role | role is not one of the words",
        "role: x | role: x needs a name without commas, and without spaces around it",
        "claim:plan | claim:plan has no =; write claim:name=value",
        "claim:=pro | claim: needs a name without commas, and without spaces around it",
        "claim:plan= | claim:plan= needs a name without commas, and without spaces around it",
        "role:x, nobody | nobody can't stand with others",
      })
  void whatIsNoWordIsRefused(String text, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> Who.parse(text)).withMessage(message);
  }

  @Test
  void whatCouldNotBeReadAgainIsNotMade() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Role("a,b"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Who.Claim("a=b", "c"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Who.AnyOf(List.of(new Anyone())));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Who.of(List.of(new Anyone(), new Nobody())));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Who.of(List.of(new Anyone(), Who.parse("role:a, role:b"))));
  }
}
