package io.github.dockerimageexporter.store.json;

import java.io.IOException;
import java.util.Map;

/// What Go takes for a field of one of its types; anything else makes it refuse the document.
///
/// | type of the field     | takes                                              |
/// |-----------------------|----------------------------------------------------|
/// | any                   | null                                               |
/// | string, bool, int64   | a text, true or false, a whole number of 64 bits   |
/// | time.Time             | a text of the form of RFC 3339 ([GoTime])          |
/// | slice                 | an array of what its elements take                 |
/// | map                   | an object of what its values take                  |
/// | struct                | an object; of a field that it does not have, any   |
///
/// Source: Go, `encoding/json`, decode.go; moby, `api/types/strslice`.
@FunctionalInterface
interface GoType {
  GoType STRING = (what, value) -> value.require(value.isText(), what, "a string");
  GoType BOOL = (what, value) -> value.require(value.isFlag(), what, "true or false");
  GoType INT64 = (what, value) -> value.require(value.isInteger(), what, "a whole number");
  GoType TIME = (what, value) -> value.text(what).ifPresent(text -> GoTime.require(text, what));
  GoType STRINGS = slice(STRING);
  GoType NO_FIELDS = struct(Map.of());

  /// A command, which may be one text.
  GoType STRINGS_OR_STRING =
      (what, value) -> {
        if (!value.isText()) {
          STRINGS.check(what, value);
        }
      };

  /// Reads `value` to its end.
  ///
  /// @param what its name in messages
  /// @throws IllegalArgumentException if it is of another type
  void check(String what, Json.Value value) throws IOException;

  static GoType slice(GoType element) {
    return (what, value) -> value.array(what, each -> element.check(what, each));
  }

  static GoType map(GoType values) {
    return (what, value) -> value.object(what, (_, each) -> values.check(what, each));
  }

  /// An object whose known fields have these types.
  ///
  /// @param fields their types by folded names
  static GoType struct(Map<String, GoType> fields) {
    return (what, value) -> value.object(what, (name, each) -> checkField(fields, name, each));
  }

  /// Checks a field if it is one of `fields`.
  static void checkField(Map<String, GoType> fields, String name, Json.Value value)
      throws IOException {
    String folded = Json.fold(name);
    GoType type = fields.get(folded);
    if (type != null) {
      type.check(folded, value);
    }
  }
}
