import EchoFormats
import EchoSignal
import EchoStore

/// In what a plan has other settings than the folder that it is compared with.
enum PlannedSettings {
    /// What `extract` would refuse, as a sentence; none if it would take it.
    ///
    /// - Throws: ``StoreError`` if the folder cannot be read.
    static func warnings(
        _ request: ExtractionPlan.Request, in folder: String
    ) throws(StoreError) -> [String] {
        guard let earlier = try RunRecord.read(in: folder) else { return [] }
        let begin = "\(folder): extract refuses these settings: "
        guard earlier.layout == request.layout else {
            return [
                "\(begin)the folder was begun with --layout \(earlier.layout), which never changes"
            ]
        }
        let compared = earlier.compared
        let differences = members(request).compactMap { member -> String? in
            let was = compared[member.key]
            guard was != member.value else { return nil }
            // What was not set before may be given later.
            if was == nil, ["sample_rate", "raw"].contains(member.key) { return nil }
            return "\(member.key) was \(was?.text ?? "not set"), is \(member.value.text)"
        }
        guard !differences.isEmpty, try RunRecord.hasEmbeddings(folder) else { return [] }
        return [
            "\(begin)\(differences.joined(separator: "; ")). With --force it goes on, and what is there "
                + "stays as it is"
        ]
    }

    /// The settings that a plan knows, as `run.json` has them.
    private static func members(_ request: ExtractionPlan.Request) -> [JSONObject.Member] {
        var settings = request.selection.reading.record
        settings.append("level", .string(request.level.rawValue))
        if request.layout == .parts { settings.append("dtype", .string(request.element.rawValue)) }
        if let encoder = request.encoder {
            settings.append("precision", .string(encoder.precision.rawValue))
        }
        return settings.members
    }
}
