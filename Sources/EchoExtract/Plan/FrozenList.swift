import EchoFormats
import EchoSignal
import EchoStore
import Glibc

/// The recordings of a run as a list in a file, for `--manifest`: processes that begin at other times have the same
/// list, whatever is added to the folders meanwhile.
package struct FrozenList: Sendable, Codable {
    /// From the root.
    package let path: String
    package let recordingCount: Int

    /// Writes the list, reads it again, and gives it its name only where it names the same recordings.
    ///
    /// - Throws: ``EchoError`` of kind `usage` where the name promises another format, of kind `create` if something
    ///   else than a list has that name, of kind `create` or `write` if it cannot be written, of kind `input` if a
    ///   recording would not be found again.
    init(
        _ inputs: InputList, _ selection: InputSelection, at path: String
    ) throws(EchoError) {
        guard !["csv", "tsv"].contains(path.ending) else {
            throw EchoError(
                .usage,
                "--write-manifest \(path): the list is JSON Lines, not CSV. Call it \(path).jsonl.")
        }
        self.path = AbsolutePath.of(path)
        try Self.requireReplaceable(self.path)
        recordingCount = inputs.count
        let folder = AbsolutePath.of(".")
        // Beside its place, under a name that says what it is if the process dies.
        let draft = self.path + ".\(getpid()).unchecked.jsonl"
        defer { unlink(draft) }
        try EchoError.translating {
            let file = try AtomicFile(path: draft)
            var lines: [UInt8] = []
            for input in inputs {
                lines += input.listLine(in: folder).utf8
                lines.append(0x0A)
                guard lines.count >= 1 << 20 else { continue }
                try file.write(lines)
                lines.removeAll(keepingCapacity: true)
            }
            try file.write(lines)
            try file.commit()
        }
        try Self.require(inputs, in: draft, selection)
        guard rename(draft, self.path) == 0 else {
            throw EchoError(StoreError(path: path, .system(.rename, errno)))
        }
        try EchoError.translating { try FolderSync.sync(FolderSync.split(self.path).folder) }
    }

    /// Only a list is replaced, or an empty file: with `--write-manifest a.wav b.wav` it would be a recording.
    private static func requireReplaceable(_ path: String) throws(EchoError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 { return }
        // As every line that is written here begins.
        let isList = try? SmallFile.begins(path, with: Array(#"{"path":"/"#.utf8))
        guard isList == true else {
            throw EchoError(
                .create,
                """
                --write-manifest \(path): this is there already and is not a list that plan wrote, so it \
                stays as it is. Give the list another name, or remove what is there first.
                """)
        }
    }

    /// - Throws: ``EchoError`` that names the first recording that the list does not give again.
    private static func require(
        _ inputs: InputList, in list: String, _ selection: InputSelection
    ) throws(EchoError) {
        let again = InputSelection(
            manifest: list, reading: selection.reading, output: selection.output)
        let found = try EchoError.translating { try InputDiscovery(again) }
        var missing = found.inputs.count < inputs.count ? inputs[found.inputs.count] : nil
        for (input, other) in zip(inputs, found.inputs)
        where input.id != other.id || input.overrides != other.overrides
            || input.byteCount != other.byteCount
        {
            missing = input
            break
        }
        guard let missing else { return }
        throw EchoError(
            .input,
            """
            \(missing.path) would not be found again as it is by a list, so none was written. If it \
            changes at this moment, try again; else leave it out, or give it another name.
            """)
    }
}
