import EchoFormats

/// A line of a manifest as it stands there: also with members that this release does not know.
struct ManifestLine {
    private(set) var object: JSONObject
    private(set) var entry: ManifestEntry

    init(_ object: JSONObject) throws(MemberError) {
        self.object = object
        entry = try ManifestEntry(object)
    }

    /// The same line as another try at its id.
    mutating func set(attempt: Int) {
        object = object.replacing(["attempt": .integer(attempt)])
        reread()
    }

    /// The same line with its rows of a level in another table.
    mutating func move(_ level: EmbeddingFiles.Level, to file: String, rows: Range<Int>) {
        let name = level.rawValue
        var members: JSONObject = ["\(name)_file": .string(file)]
        switch level {
        case .utterance: members.append("utterance_row", .integer(rows.lowerBound))
        case .segment:
            let bounds = [rows.lowerBound, rows.upperBound]
            members.append("segment_rows", .array(bounds.map(JSONValue.integer)))
        }
        object = object.replacing(members).dropping("\(name)_sha256")
        reread()
    }

    /// Takes the hashes of the tables that it names out of `hashes`, which are by file.
    mutating func takeHashes(_ hashes: inout [String: String]) {
        for level in EmbeddingFiles.Level.allCases {
            guard let file = entry.place(level)?.file, let hash = hashes.removeValue(forKey: file)
            else { continue }
            let before = level == .utterance ? "utterance_row" : "segment_rows"
            object = object.inserting(
                "\(level.rawValue)_sha256", .string(hash), behind: before)
        }
        reread()
    }

    private mutating func reread() {
        // Only members of the right types were changed.
        if let entry = try? ManifestEntry(object) { self.entry = entry }
    }
}

extension JSONObject {
    /// With other values for members that it has.
    fileprivate func replacing(_ others: JSONObject) -> JSONObject {
        JSONObject(members.map { Member(key: $0.key, value: others[$0.key] ?? $0.value) })
    }

    fileprivate func dropping(_ key: String) -> JSONObject {
        JSONObject(members.filter { $0.key != key })
    }

    fileprivate func inserting(_ key: String, _ value: JSONValue, behind other: String)
        -> JSONObject
    {
        JSONObject(
            members.flatMap { member in
                member.key == other ? [member, Member(key: key, value: value)] : [member]
            })
    }
}
