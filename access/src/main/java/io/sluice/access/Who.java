package io.sluice.access;

import io.sluice.event.ChannelPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whom a rule lets do something. The text form is what settings say: {@code anyone}, {@code
 * authenticated}, {@code subject}, {@code role:x}, {@code scope:x}, {@code claim:name=value},
 * {@code nobody}, or several of them with commas between.
 *
 * <p>Immutable.
 */
public sealed interface Who {

  /** The words, for messages. */
  String WORDS =
      "anyone, authenticated, subject, role:name, scope:name, claim:name=value or nobody";

  /** Everybody, anonymous or not. */
  record Anyone() implements Who {
    @Override
    public String toString() {
      return "anyone";
    }
  }

  /** Everybody who said who they are. */
  record Authenticated() implements Who {
    @Override
    public String toString() {
      return "authenticated";
    }
  }

  /** Who has the values that stand at the braces of the rule's template. */
  record Subject() implements Who {
    @Override
    public String toString() {
      return "subject";
    }
  }

  /** Who has a role. */
  record Role(String name) implements Who {
    public Role {
      checkWord("role:", name);
    }

    @Override
    public String toString() {
      return "role:" + name;
    }
  }

  /** Who has a scope. */
  record Scope(String name) implements Who {
    public Scope {
      checkWord("scope:", name);
    }

    @Override
    public String toString() {
      return "scope:" + name;
    }
  }

  /** Who has a claim with a value; of a claim with several values it is one. */
  record Claim(String name, String value) implements Who {
    public Claim {
      checkWord("claim:", name);
      checkWord("claim:" + name + "=", value);
      if (name.indexOf('=') >= 0) {
        throw new IllegalArgumentException("claim:" + name + " has = in its name");
      }
    }

    @Override
    public String toString() {
      return "claim:" + name + "=" + value;
    }
  }

  /** Nobody, whatever the authorizer would say. */
  record Nobody() implements Who {
    @Override
    public String toString() {
      return "nobody";
    }
  }

  /** Who is one of these. */
  record AnyOf(List<Who> those) implements Who {
    public AnyOf {
      those = List.copyOf(those);
      if (those.size() < 2) {
        throw new IllegalArgumentException("any of several is two at least: " + those);
      }
      for (Who one : those) {
        if (one instanceof AnyOf || one instanceof Nobody) {
          throw new IllegalArgumentException(one + " can't stand with others");
        }
      }
    }

    @Override
    public String toString() {
      return those.stream().map(Who::toString).collect(Collectors.joining(", "));
    }
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  static Who parse(String text) {
    List<Who> those = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      those.add(one(word.strip()));
    }
    return of(those);
  }

  /**
   * Any of one or more.
   *
   * @throws IllegalArgumentException if there is none, or {@code nobody} stands with others
   */
  static Who of(List<Who> those) {
    return those.size() == 1 ? those.getFirst() : new AnyOf(those);
  }

  private static Who one(String word) {
    int colon = word.indexOf(':');
    String kind = word.substring(0, colon + 1);
    String rest = word.substring(colon + 1);
    return switch (kind) {
      case "role:" -> new Role(rest);
      case "scope:" -> new Scope(rest);
      case "claim:" -> {
        int equals = rest.indexOf('=');
        if (equals < 0) {
          throw new IllegalArgumentException(word + " has no =; write claim:name=value");
        }
        yield new Claim(rest.substring(0, equals), rest.substring(equals + 1));
      }
      default ->
          switch (word) {
            case "anyone" -> new Anyone();
            case "authenticated" -> new Authenticated();
            case "subject" -> new Subject();
            case "nobody" -> new Nobody();
            default ->
                throw new IllegalArgumentException(
                    (word.isEmpty() ? "nothing" : word) + " is not one of the words");
          };
    };
  }

  // What isn't so couldn't be read again.
  private static void checkWord(String before, String word) {
    if (word.isEmpty() || word.indexOf(',') >= 0 || !word.equals(word.strip())) {
      throw new IllegalArgumentException(
          before + word + " needs a name without commas, and without spaces around it");
    }
  }

  /**
   * Whether somebody is one of these.
   *
   * @param template of the rule
   * @param where what is asked for
   */
  default boolean includes(Identity who, ChannelTemplate template, ChannelPattern where) {
    return switch (this) {
      case Anyone anyone -> true;
      case Authenticated authenticated -> !who.isAnonymous();
      case Subject subject -> template.isOwn(who, where);
      case Role role -> who.roles().contains(role.name());
      case Scope scope -> who.scopes().contains(scope.name());
      case Claim claim -> ClaimValues.has(who, claim.name(), claim.value());
      case Nobody nobody -> false;
      case AnyOf any -> {
        for (int i = 0; i < any.those.size(); i++) {
          if (any.those.get(i).includes(who, template, where)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }
}
