/// The names of files that are not in place yet: a run removes what dead ones left, and nothing else.
package enum TemporaryName {
    /// True for `.echo-gpu-<process>-<number>.tmp`, and for what release 0.1.0 called the files of one
    /// recording, `.NAME.utterance.npy.tmp-<process>-<number>`.
    package static func isOurs(_ name: String) -> Bool {
        if name.wholeMatch(of: #/\.echo-gpu-[0-9]+-[0-9]+\.tmp/#) != nil { return true }
        return final(olderRelease: name).map { name in
            EmbeddingFiles.Level.allCases.contains { name.endsInBytes(of: $0.ending) }
                || PartName(manifest: name) != nil || name == RunRecord.fileName
                || name.wholeMatch(of: #/(run|errors)-[0-9a-z]+\.jsonl?|errors\.jsonl/#) != nil
        } ?? false
    }

    /// The table that is written under this name, `.utterance-192-000007.npy.tmp`; nil for others.
    package static func table(_ name: String) -> PartName? {
        guard name.hasPrefix("."), name.hasSuffix(".tmp") else { return nil }
        return PartName(table: String(name.dropFirst().dropLast(".tmp".count)))
    }

    private static func final(olderRelease name: String) -> String? {
        guard name.hasPrefix("."),
            let match = name.dropFirst().wholeMatch(of: #/(.+)\.tmp-[0-9]+-[0-9]+/#)
        else { return nil }
        return String(match.1)
    }
}
