/// A recording to embed.
package struct Input: Hashable, Sendable {
    /// Where it is.
    package let path: String
    /// What its outputs are called: its own name, or its path below the folder that was named.
    package let name: String

    package init(path: String, name: String) {
        self.path = path
        self.name = name
    }
}
