import EchoFormats

/// The recordings that a run was asked to embed, in a stable order: those of the arguments, of the
/// manifest, of the list of paths.
///
/// A file that is named is taken whatever its extension; folders and archives are searched for
/// extensions of libsndfile's formats, and of signals if it was said how to read them, hidden
/// files and folders left out. What we wrote ourselves is no input (``OwnOutputs``).
package struct InputDiscovery: Sendable {
    package let inputs: InputList
    /// What was left out on the way, such as files in folders that are no recordings by their extension.
    package let skipped: SkippedFiles
    /// What is unusual about the columns of lists, a sentence each.
    package let warnings: [String]
    /// What could not be looked at on the way.
    package let problems: [InputError]
    /// Which argument, recording, or row of a list each input comes from, from 0; and each problem.
    package let origins, problemOrigins: [Int32]

    /// Looks up what the arguments name.
    ///
    /// - Throws: As ``init(_:)`` does.
    package init(arguments: [String]) throws(InputError) {
        try self.init(InputSelection(arguments: arguments))
    }

    /// Looks everything up, walks folders and archives, and reads lists.
    ///
    /// - Throws: ``InputError`` if an argument does not exist, a list is malformed, nothing is
    ///   found, or two inputs would write the same files.
    package init(_ selection: InputSelection) throws(InputError) {
        var collector = InputCollector(
            selection.reading, OwnOutputs(output: selection.output, files: selection.ownFiles))
        for (number, argument) in selection.arguments.enumerated() {
            do throws(InputError) {
                try collector.take(argument: argument, number: number)
            } catch {
                guard selection.purpose == .rows else { throw error }
                collector.leaveOut(error, number: number)
            }
        }
        try Self.takeRecordings(selection.recordings, &collector)
        if let manifest = selection.manifest {
            try Self.takeRows(manifest, &collector)
        }
        if let files = selection.files0 { try Self.takePaths(files, &collector) }
        // Another list than what is there, and for no reason of theirs.
        for problem in collector.problems {
            if case .own = problem.cause { throw problem }
        }
        let hasRows = selection.purpose == .rows && !collector.problems.isEmpty
        if collector.inputs.isEmpty, !hasRows {
            throw collector.problems.first
                ?? InputError(
                    .noRecordings(arguments: selection.places, skipped: collector.skipped))
        }
        if selection.purpose == .files {
            try collector.requireDistinctNames(selection.manifest ?? selection.files0)
        }
        (inputs, problems) = (collector.inputs, collector.problems)
        (origins, problemOrigins) = (collector.origins, collector.problemOrigins)
        skipped = collector.skipped
        warnings = collector.warnings.texts
    }

    private static func takeRows(
        _ manifest: String, _ collector: inout InputCollector
    ) throws(InputError) {
        let rows = try Manifest(path: manifest)
        // Relative paths start at the list's folder.
        let folder = manifest.parentPath ?? ""
        var unreadable: [(problem: InputError, number: Int)] = []
        var count = 0
        try rows.forEachRow { (row, path, line) throws(InputError) in
            collector.take(row, path: path, in: folder, line: line, of: manifest, number: count)
            count += 1
        } leaveOut: {
            unreadable.append(($0, count))
            count += 1
        }
        for row in unreadable { collector.leaveOut(row.problem, number: row.number) }
    }

    private static func takeRecordings(
        _ recordings: [JSONObject], _ collector: inout InputCollector
    ) throws(InputError) {
        for (number, members) in recordings.enumerated() {
            var row = ManifestRow()
            for member in members.members {
                do throws(ManifestRow.Problem) {
                    try row.set(member.key, member.value)
                } catch {
                    throw InputError(
                        .recording(index: number, member: member.key, error.text))
                }
            }
            guard let path = row.path else {
                throw InputError(.recording(index: number, member: nil, "there is no path"))
            }
            collector.take(row, path: path, in: "", line: 0, of: "recordings", number: number)
        }
    }

    private static func takePaths(
        _ list: String, _ collector: inout InputCollector
    ) throws(InputError) {
        if FileStatus(path: list).folder != nil { throw InputError(.folder(list: list)) }
        let stream: ByteStream
        do throws(ByteStream.Failure) {
            stream = try ByteStream(path: list)
        } catch {
            throw InputError(.missing(path: list, error.text))
        }
        var number = 0
        while let bytes = try nextPath(of: stream, list) {
            number += 1
            if bytes.isEmpty { continue }
            guard let path = String(validating: bytes, as: UTF8.self) else {
                let name = String(decoding: bytes, as: UTF8.self)
                collector.leaveOut(InputError(.nameNotUnicode(path: name)), number: number - 1)
                continue
            }
            if let remedy = RemoteAddress.refusal(of: path) {
                throw InputError(
                    .list(path: list, line: number, column: nil, String(remedy.dropLast())))
            }
            collector.take(listed: path, line: number, number: number - 1)
        }
    }

    private static func nextPath(
        of stream: ByteStream, _ list: String
    ) throws(InputError) -> [UInt8]? {
        do throws(ByteStream.Failure) {
            return try stream.read(to: 0, limit: 1 << 16)
        } catch {
            throw InputError(.missing(path: list, error.text))
        }
    }
}

extension Input {
    /// A file of its own.
    init(path: String, name: String, _ facts: FileFacts) {
        self.init(path: path, name: name, byteCount: facts.byteCount, modified: facts.modified)
    }
}
