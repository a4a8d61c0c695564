import EchoFormats

/// A model that ECHO's authors published, and the short name that people call it.
package struct PublishedModel: Hashable, Sendable {
    /// `echo-tiny`.
    package let shortName: String
    /// `ORG/NAME` of the hub.
    package let id: String

    package static let all = [
        PublishedModel(shortName: "echo-tiny", id: "yucongzh/echo-tiny-0828"),
        PublishedModel(shortName: "echo-small", id: "yucongzh/echo-small-0824"),
    ]

    /// As a message lists them.
    package static var list: String {
        all.map { "\($0.shortName) (\($0.id))" }.joined(separator: " and ")
    }

    /// The one that a short name stands for, perhaps with `@REVISION` behind it.
    package static func called(_ text: String) -> PublishedModel? {
        let name = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return all.first { $0.shortName == name }
    }

    /// `Did you mean echo-tiny? `; nothing if no name is near.
    package static func meant(by name: String, orElse others: [String] = []) -> String {
        let near = Spelling.nearest(to: name.lowercased(), among: all.map(\.shortName) + others)
        return near.map { "Did you mean \($0)? " } ?? ""
    }

    /// What is wrong with a name that is no path, none of the hub and no published model's.
    package static func refusal(of name: String) -> String {
        """
        \(shown(name, limit: 80)): there is no such file or folder, and no published model of that name. \
        \(meant(by: name, orElse: ["demo"]))Published are \(list). Other models of the hub are ORG/NAME; \
        --model demo takes untrained weights, to try things.
        """
    }
}

extension RepositoryName {
    /// What stands in front of a name that is the hub's whatever lies here.
    package static let scheme = "hf://"

    /// Reads what a user wrote: `ORG/NAME`, or the short name of a published model; with `hf://` in front of it and
    /// `@REVISION` behind it or not.
    package init?(userText: String) {
        let text =
            userText.hasPrefix(Self.scheme)
            ? String(userText.dropFirst(Self.scheme.count)) : userText
        guard let model = PublishedModel.called(text) else {
            self.init(text)
            return
        }
        self.init(model.id + text.dropFirst(model.shortName.count))
    }
}
