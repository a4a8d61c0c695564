import EchoFormats

/// What the paths of the DCASE challenge's task 2 say of a recording, in all years from 2020 to 2025.
///
/// - `section_00_source_train_normal_0001_strength_1_ambient.wav`; in test sets without a label
///   `section_03_source_test_0000.wav` (2021) and `section_00_0001.wav`
/// - 2020: `normal_id_00_00000000.wav`, `anomaly_id_00_00000000.wav`; without a label `id_01_00000000.wav`
/// - the folders: `dev_data/fan/train/`, `eval_data/raw/fan/test/`, `fan/source_test/` (2021), and SIREN's
///   `development/fan/test/`, `evaluation/`, `additional_train/`
package enum DCASEName {
    /// The fields that the name of the file tells; empty if it is no name of the challenge.
    package static func fields(ofName name: String) -> [String: String] {
        // By bytes, and it ends at its first dot: what follows is an ending, or several. Of the words none after
        // the sixth says anything that is asked for here.
        let words = name.utf8.prefix { $0 != UInt8(ascii: ".") }
            .split(separator: UInt8(ascii: "_"), maxSplits: 6, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        var rest = words[...]
        return words.first == "section" ? fields(section: &rest) : fields(id: &rest)
    }

    /// The fields that the folders of a path tell: of a recording in a folder `train`, `test`, `source_test`,
    /// `target_test` or `supplemental`.
    package static func fields(ofFoldersIn path: String) -> [String: String] {
        var folders = path.pathParts.dropLast()
        guard let last = folders.popLast(), let use = uses[last] else { return [:] }
        var fields = use
        guard let machine = folders.popLast() else { return fields }
        fields[FieldName.machine] = machine
        if folders.last == "raw" { folders.removeLast() }
        if let set = folders.last.flatMap({ sets[$0] }) { fields[FieldName.set] = set }
        return fields
    }

    private static let uses: [String: [String: String]] = [
        "train": [FieldName.split: "train"],
        "test": [FieldName.split: "test"],
        "source_test": [FieldName.split: "test", FieldName.domain: "source"],
        "target_test": [FieldName.split: "test", FieldName.domain: "target"],
        "supplemental": [FieldName.split: "supplemental"],
    ]

    // What the evaluation set is trained on came as "additional training data".
    private static let sets = [
        "dev_data": "development", "development": "development",
        "eval_data": "evaluation", "evaluation": "evaluation", "additional_train": "evaluation",
    ]

    /// From 2021 on.
    private static func fields(section words: inout ArraySlice<String>) -> [String: String] {
        words.removeFirst()
        guard let number = words.popFirst(), isNumber(number) else { return [:] }
        var fields = [FieldName.section: "section_\(number)"]
        // 2025 has clips of clean sound or of noise alone, for training.
        if let kind = words.first, ["clean", "noise"].contains(kind),
            words.dropFirst().first == "supplemental"
        {
            fields[FieldName.split] = "supplemental"
            return fields
        }
        take(["source", "target"], as: FieldName.domain, from: &words, into: &fields)
        take(["train", "test"], as: FieldName.split, from: &words, into: &fields)
        take(["normal", "anomaly"], as: FieldName.label, from: &words, into: &fields)
        return words.first.map(isNumber) == true ? fields : [:]
    }

    /// 2020.
    private static func fields(id words: inout ArraySlice<String>) -> [String: String] {
        var fields: [String: String] = [:]
        take(["normal", "anomaly"], as: FieldName.label, from: &words, into: &fields)
        guard words.popFirst() == "id", words.count == 2, words.allSatisfy(isNumber) else {
            return [:]
        }
        fields[FieldName.section] = "id_\(words[words.startIndex])"
        return fields
    }

    private static func take(
        _ choices: [String], as field: String, from words: inout ArraySlice<String>,
        into fields: inout [String: String]
    ) {
        guard let word = words.first, choices.contains(word) else { return }
        fields[field] = word
        words.removeFirst()
    }

    private static func isNumber(_ word: String) -> Bool {
        !word.isEmpty
            && word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
