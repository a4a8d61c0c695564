/// A name from a file as a message may show it: quoted, control characters escaped, not too long.
package func quoted(_ name: String) -> String { "\"" + shown(name, limit: 80) + "\"" }
