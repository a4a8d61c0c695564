import EchoFormats

/// Names in a sentence.
enum NameList {
    /// `a, b and c`.
    static func text(_ names: [String], _ word: String = "and") -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " \(word) \(last)"
    }

    /// A question; nil if there is no name.
    static func meant(_ names: [String]) -> String? {
        names.isEmpty ? nil : "Did you mean \(text(names, "or"))?"
    }
}

extension CommandTree.Argument {
    /// Why it does not take a value, if it takes a few words only: `takes files or parts, not "zarr".`
    func refusal(of value: String) -> String? {
        guard !values.isEmpty, !values.contains(value) else { return nil }
        let near = Spelling.nearest(to: value.lowercased(), among: values)
        let meant = NameList.meant([near].compactMap(\.self)).map { " " + $0 } ?? ""
        return "takes \(NameList.text(values, "or")), not \(quoted(value)).\(meant)"
    }
}
