/// A name, id or path that equals another where its bytes do.
///
/// Swift's strings are equal where Unicode calls them equivalent: "é" in one code point equals "é" in two.
/// To a file system these are two files. Sets and dictionaries of names have this for a key.
package struct ByteName: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (first: ByteName, second: ByteName) -> Bool {
        first.text.hasSameBytes(as: second.text)
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    /// Whether it is the other byte for byte, which `==` does not ask.
    package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
