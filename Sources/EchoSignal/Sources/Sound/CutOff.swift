import CSndFile

/// Finds recordings that were cut off, by a full disk or a broken copy, where ``SampleLength`` does not
/// know the format: libsndfile reads what is there of them and says so in its log alone,
/// `Data Size : 32000 (should be 15978)`.
enum CutOff {
    /// What the log calls the samples or, if it does not compare those, the whole file.
    private static let names = ["data", "SSND", "Data Size", "riff", "Riff size"]

    /// What to tell the user of an open recording; nil if it is whole, or where its header leaves
    /// the length open.
    static func note(_ handle: OpaquePointer) -> String? {
        var log = [UInt8](repeating: 0, count: 4096)
        let count = Int(sf_command(handle, Int32(SFC_GET_LOG_INFO), &log, Int32(log.count)))
        let text = String(decoding: log.prefix(max(0, count)), as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) where line.hasSuffix(")") {
            guard let match = line.wholeMatch(of: #/\s*([\w ]+?)\s*: (\d+) \(should be (\d+)\)/#),
                names.contains(String(match.1)), let promised = Int(match.2),
                let present = Int(match.3), !SampleLength.isPlaceholder(promised),
                present + ChunkWalk.slack < promised
            else { continue }
            return """
                cut off: \(present) bytes are there of \(promised) that its header promises; what is \
                there was embedded
                """
        }
        return nil
    }
}
