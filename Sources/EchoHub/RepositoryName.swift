/// Which repository of the hub, and which revision of it: `ORG/NAME` or `ORG/NAME@REVISION`.
///
/// The rules are those of `huggingface_hub`: letters, digits, `-`, `_` and `.`, neither first nor last
/// of them `-` or `.`, at most 96 characters a part, no `--`, no `..`, no `.git` at the end. So a name
/// is always safe as part of a path.
package struct RepositoryName: Hashable, Sendable, CustomStringConvertible {
    /// `ORG/NAME`.
    package let id: String
    /// The revision after `@`; nil if there is none.
    package let revision: String?

    /// The branch that is meant if no revision is given.
    package static let defaultRevision = "main"

    /// Nil if `text` is no such name.
    package init?(_ text: String) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isPart), !parts[1].hasSuffix(".git") else {
            return nil
        }
        id = String(halves[0])
        revision = halves.count == 2 ? String(halves[1]) : nil
        if let revision, !Self.isRevision(revision) { return nil }
    }

    /// `ORG/NAME`, and the revision if there is one.
    package var description: String { id + (revision.map { "@" + $0 } ?? "") }

    /// The folder of the cache that keeps it: `models--ORG--NAME`.
    package var folderName: String { "models--" + id.replacing("/", with: "--") }

    /// The name of a folder of the cache; nil if it is no model's.
    package init?(folderName: String) {
        let parts = folderName.split(separator: "--", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "models" else { return nil }
        self.init("\(parts[1])/\(parts[2])")
    }

    /// True for what may be a branch, a tag, `refs/pr/1` or a commit, and cannot leave `refs/`.
    package static func isRevision(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.count <= 200 && !text.hasSuffix(".lock")
            && parts.allSatisfy { part in
                !part.isEmpty && part.first != "." && !part.contains("..")
                    && part.utf8.allSatisfy {
                        $0 > 0x20 && $0 < 0x7F && !#"~^:?*[\"#.utf8.contains($0)
                    }
            }
    }

    /// True for the full name of a commit: 40 hexadecimal digits, lower case.
    package static func isCommit(_ text: String) -> Bool {
        text.utf8.count == 40 && text.utf8.allSatisfy(\.isLowercaseHexDigit)
    }

    private static func isPart(_ part: Substring) -> Bool {
        guard (1...96).contains(part.utf8.count), !part.contains("--"), !part.contains("..") else {
            return false
        }
        let edges = [part.utf8.first, part.utf8.last]
        return part.utf8.allSatisfy(\.isNameCharacter)
            && edges.allSatisfy { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ".") }
    }
}

extension UInt8 {
    var isLowercaseHexDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
    }

    fileprivate var isNameCharacter: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(self)
    }
}
