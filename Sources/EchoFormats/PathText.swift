/// What paths are made of, byte by byte, as the system reads them.
///
/// Swift's characters will not do: a name that begins with a combining mark makes one character with the
/// slash before it, so that `split(separator: "/")` and `hasPrefix("/")` do not see that slash.
extension String {
    /// The names between the slashes; empty ones are left out.
    package var pathParts: [String] { pathParts(keepingEmpty: false) }

    /// The names between the slashes; perhaps empty ones too, such as the one before a leading slash.
    package func pathParts(keepingEmpty: Bool) -> [String] {
        utf8.split(separator: Self.slash, omittingEmptySubsequences: !keepingEmpty)
            .map { String(Substring($0)) }
    }

    /// Whether it starts at the root.
    package var isAbsolutePath: Bool { utf8.first == Self.slash }

    /// What lies in the folder of this path starts with this: the path and one slash; of an empty path
    /// nothing.
    package var asFolderPrefix: String { isEmpty || utf8.last == Self.slash ? self : self + "/" }

    /// What comes after the last slash: all of it if there is none.
    package var fileName: String {
        guard let slash = utf8.lastIndex(of: Self.slash) else { return self }
        return String(Substring(utf8[utf8.index(after: slash)...]))
    }

    /// What comes before the last slash: `/` for what lies in the root, nil if there is no slash.
    package var parentPath: String? {
        guard let slash = utf8.lastIndex(of: Self.slash) else { return nil }
        return slash == utf8.startIndex ? "/" : String(Substring(utf8[..<slash]))
    }

    /// What comes after the last dot of the file's name, in lower case; nil if it has no dot.
    package var ending: String? {
        let name = fileName
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        return String(Substring(name.utf8[name.utf8.index(after: dot)...])).lowercased()
    }

    /// Whether its last bytes are those of `suffix`.
    package func endsInBytes(of suffix: String) -> Bool {
        utf8.count >= suffix.utf8.count
            && utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// Without its last `count` bytes, which are whole characters of Unicode.
    package func droppingLastBytes(_ count: Int) -> String {
        String(Substring(utf8.dropLast(count)))
    }

    private static let slash = UInt8(ascii: "/")
}
