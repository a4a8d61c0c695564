import EchoFormats

/// What the JSON files of an archive say of the recordings beside them, in webdataset's naming: `KEY.json`
/// holds what is known of `KEY.wav`.
struct Sidecars {
    /// Bytes of a JSON that belongs to a recording.
    static let byteLimit = 1 << 20

    private var objects: [ByteName: JSONObject] = [:]
    /// Folders in the archive that have our `run.json`: what lies in them under our names are outputs.
    private var outputFolders: Set<ByteName> = []

    /// Whether a member of that name is one.
    static func isSidecar(_ name: String) -> Bool { name.endsInBytes(of: ".json") }

    /// Takes the bytes of `KEY.json`.
    mutating func add(_ name: String, _ bytes: [UInt8]) throws(JSONScanner.Failure) {
        var scanner = JSONScanner(bytes)
        let object = try scanner.object()
        try scanner.end()
        objects[ByteName(name.droppingLastBytes(".json".utf8.count))] = object
        if name.fileName == OwnOutputs.recordName, OwnOutputs.isRecord(object) {
            outputFolders.insert(ByteName(Self.folder(of: name)))
        }
    }

    /// Whether a member lies in or below an output folder, under a name that we give.
    func isOutput(_ name: String) -> Bool {
        guard !outputFolders.isEmpty, OwnName.isOutput(name.fileName) else { return false }
        var folder: String? = Self.folder(of: name)
        while let path = folder {
            if outputFolders.contains(ByteName(path)) { return true }
            folder = path.isEmpty ? nil : path.parentPath ?? ""
        }
        return false
    }

    /// What belongs to a member: in `KEY.json` up to the member's last dot, as people name files, or up to
    /// its first, as webdataset does.
    func fields(of name: String) -> JSONObject? {
        let file = name.fileName
        let folder = name.droppingLastBytes(file.utf8.count)
        let dot = UInt8(ascii: ".")
        for end in [file.utf8.lastIndex(of: dot), file.utf8.firstIndex(of: dot)] {
            guard let end else { continue }
            let key = folder + String(Substring(file.utf8[..<end]))
            if let object = objects[ByteName(key)] { return object }
        }
        return nil
    }

    /// What the JSON of a member says in place of the run's options.
    ///
    /// Data sets describe their recordings there in words of their own: only what can mean nothing else is
    /// taken. A number called `channels` is how many there are; `sample_rate` matters where the member brings
    /// none.
    ///
    /// - Parameter isSignal: Whether the member is no recording with a header.
    static func overrides(
        _ fields: JSONObject, isSignal: Bool, place: String, _ warnings: inout ColumnWarnings
    ) throws(ManifestRow.Problem) -> InputOverrides {
        var row = ManifestRow()
        for member in fields.members {
            switch member.key {
            case "channels":
                if case .string(let text) = member.value, ChannelMode(rawValue: text) != nil {
                    try row.set(member.key, member.value)
                } else if member.value != .null {
                    warnings.addCount(member.value.text, place: place)
                }
            case "sample_rate":
                // As in a list: 12000.0 is 12,000 Hz, and what is no rate is refused, not left aside.
                if isSignal { try row.set(member.key, member.value) }
            case let name where ColumnName(rawValue: name)?.isOption == true:
                try row.set(member.key, member.value)
            default: if isSignal { warnings.add(member.key, place: place) }
            }
        }
        return row.overrides
    }

    /// The folder of a member without what means nothing in it; empty for the archive's own.
    private static func folder(of name: String) -> String {
        name.pathParts.dropLast().filter { $0 != "." }.joined(separator: "/")
    }
}
