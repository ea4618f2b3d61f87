package io.sluice.server;

import io.sluice.access.Action;
import io.sluice.access.ChannelTemplate;
import io.sluice.access.Rule;
import io.sluice.access.Rules;
import io.sluice.access.Who;
import io.sluice.event.InvalidEventException;
import io.sluice.server.ConfigValue.Entry;
import io.sluice.server.ConfigValue.Mapping;
import io.sluice.server.ConfigValue.Sequence;
import io.sluice.server.ConfigValue.Text;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The type of {@code rules}: channel patterns, each with who may do what, in order. */
final class RulesType implements SettingType<Rules> {

  private static final String ADVICE =
      "allowed: channel patterns with any of subscribe, publish, history and presence, such as"
          + " {\"users/{sub}/**\": {subscribe: subject, publish: \"role:service\"}}";

  private static final String WORDS = "allowed: " + Who.WORDS + "; several in a list";

  private static final List<String> FIELDS =
      List.of(Action.values()).stream().map(RulesType::word).toList();

  /** A rule's pattern, and where it stands. */
  private record Place(ChannelTemplate template, Origin origin) {}

  @Override
  public @Nullable Rules read(String name, ConfigValue value, Origin origin, Problems problems) {
    ConfigValue tree =
        value instanceof Text(String text) ? YamlReader.read(name, text, origin, problems) : value;
    if (tree == null) {
      return null;
    }
    if (!(tree instanceof Mapping(List<Entry> entries))) {
      problems.add(name, tree.described() + " is not a mapping", origin, ADVICE);
      return null;
    }
    List<Rule> rules = new ArrayList<>();
    List<Place> before = new ArrayList<>();
    for (Entry entry : entries) {
      Origin line = origin.atLine(entry.line());
      ChannelTemplate template = template(name, entry.key(), line, problems);
      Rule rule =
          new RuleReader(name + "." + entry.key(), problems).read(template, entry.value(), line);
      if (template != null && counts(name, new Place(template, line), before, problems)) {
        before.add(new Place(template, line));
        if (rule != null) {
          rules.add(rule);
        }
      }
    }
    return rules.size() == entries.size() ? Rules.of(rules) : null;
  }

  private static @Nullable ChannelTemplate template(
      String name, String text, Origin origin, Problems problems) {
    try {
      return ChannelTemplate.parse(text);
    } catch (InvalidEventException e) {
      problems.add(
          name,
          e.detail(),
          origin,
          "allowed: a channel, or a pattern such as news/*, users/{sub}/** or"
              + " tenants/{claim.tenant}/**");
      return null;
    }
  }

  // Somebody who writes a rule that is never looked at believes in a protection that isn't there.
  private static boolean counts(String name, Place place, List<Place> before, Problems problems) {
    for (Place earlier : before) {
      if (earlier.template.covers(place.template.shape())) {
        problems.add(
            name + "." + place.template,
            "never counts, because " + earlier.template + " comes first and matches all of it",
            place.origin,
            "put it before " + earlier.template + " (" + earlier.origin + ")");
        return false;
      }
    }
    return true;
  }

  /** Reads who may do what in one rule. One caller at a time. */
  private static final class RuleReader {

    private final String ruleName;
    private final Problems problems;

    RuleReader(String ruleName, Problems problems) {
      this.ruleName = ruleName;
      this.problems = problems;
    }

    /**
     * @param template null if it couldn't be read: the rest is looked at all the same
     */
    @Nullable Rule read(@Nullable ChannelTemplate template, ConfigValue value, Origin origin) {
      if (!(value instanceof Mapping(List<Entry> fields))) {
        problems.add(ruleName, value.described() + " is not a mapping", origin, ADVICE);
        return null;
      }
      Map<Action, Who> who = new EnumMap<>(Action.class);
      for (Entry field : fields) {
        Origin line = origin.atLine(field.line());
        Action action = action(field.key(), line);
        Who those = action == null ? null : who(field, line);
        if (action != null && those != null && canBe(template, action, those, line)) {
          who.put(action, those);
        }
      }
      return template != null && who.size() == fields.size() ? new Rule(template, who) : null;
    }

    private @Nullable Action action(String field, Origin origin) {
      for (Action action : Action.values()) {
        if (word(action).equals(field)) {
          return action;
        }
      }
      String nearest = NearestName.of(field, FIELDS);
      problems.add(
          ruleName + "." + field,
          "unknown setting",
          origin,
          nearest == null
              ? "allowed: " + String.join(", ", FIELDS)
              : "did you mean " + ruleName + "." + nearest + "?");
      return null;
    }

    private @Nullable Who who(Entry field, Origin origin) {
      try {
        return switch (field.value()) {
          case Text(String text) -> Who.parse(text);
          case Sequence(List<ConfigValue> items) when !items.isEmpty() -> Who.of(all(items));
          case Sequence empty -> throw new IllegalArgumentException("an empty list lets nobody in");
          case Mapping mapping -> throw new IllegalArgumentException("a mapping is not a value");
        };
      } catch (IllegalArgumentException e) {
        problems.add(ruleName + "." + field.key(), String.valueOf(e.getMessage()), origin, WORDS);
        return null;
      }
    }

    private static List<Who> all(List<ConfigValue> items) {
      List<Who> all = new ArrayList<>();
      for (ConfigValue item : items) {
        if (!(item instanceof Text(String text))) {
          throw new IllegalArgumentException(item.described() + " is not a value");
        }
        switch (Who.parse(text)) {
          case Who.AnyOf(List<Who> several) -> all.addAll(several);
          case Who one -> all.add(one);
        }
      }
      return all;
    }

    private boolean canBe(
        @Nullable ChannelTemplate template, Action action, Who those, Origin origin) {
      String objection = template == null ? null : Rule.objection(template, action, those);
      if (objection != null) {
        problems.add(ruleName + "." + word(action), objection, origin, "");
      }
      return objection == null;
    }
  }

  private static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public ConfigValue write(Rules rules) {
    return new Mapping(
        rules.rules().stream()
            .map(rule -> new Entry(rule.template().toString(), write(rule), 0))
            .toList());
  }

  private static Mapping write(Rule rule) {
    return new Mapping(
        rule.words().entrySet().stream()
            .map(word -> new Entry(word.getKey(), new Text(word.getValue()), 0))
            .toList());
  }

  @Override
  public String kind() {
    return "patterns";
  }

  @Override
  public String range() {
    return "pattern: {subscribe, publish, history, presence}";
  }
}
