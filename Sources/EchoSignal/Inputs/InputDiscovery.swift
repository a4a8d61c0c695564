/// The recordings that a run was asked to embed, in a stable order: those of the arguments, of the
/// manifest, of the list of paths.
///
/// A file that is named is taken whatever its extension; folders and archives are searched for
/// extensions of libsndfile's formats, and of signals where it was said how to read them, hidden
/// files and folders left out.
package struct InputDiscovery: Sendable {
    package let inputs: [Input]
    /// Files in folders and archives that are no recordings by their extension.
    package let skippedCount: Int
    /// What could not be looked at on the way.
    package let problems: [InputError]

    /// Looks up what the arguments name.
    ///
    /// - Throws: As ``init(_:)`` does.
    package init(arguments: [String]) throws(InputError) {
        try self.init(InputSelection(arguments: arguments))
    }

    /// Looks everything up, walks folders and archives, and reads lists.
    ///
    /// - Throws: ``InputError`` where an argument does not exist, a list is malformed, nothing is
    ///   found, or two inputs would write the same files.
    package init(_ selection: InputSelection) throws(InputError) {
        var collector = InputCollector(selection.reading)
        for argument in selection.arguments { try collector.take(argument: argument) }
        if let manifest = selection.manifest {
            let folder = Self.folder(of: manifest)
            let rows = try Manifest(path: manifest)
            try rows.forEachRow { (row, path, line) throws(InputError) in
                collector.take(row, path: path, in: folder, line: line)
            }
        }
        if let files = selection.files0 { try Self.takePaths(files, &collector) }
        // Another list than what is there, and for no reason of theirs.
        for problem in collector.problems {
            if case .own = problem.cause { throw problem }
        }
        if collector.inputs.isEmpty {
            throw collector.problems.first
                ?? InputError(
                    .noRecordings(
                        arguments: selection.places, skippedCount: collector.skippedCount))
        }
        try collector.requireDistinctNames(selection.manifest ?? selection.files0)
        inputs = collector.inputs
        problems = collector.problems
        skippedCount = collector.skippedCount
    }

    /// Where a manifest's relative paths start; empty for the working directory.
    private static func folder(of manifest: String) -> String {
        guard let slash = manifest.lastIndex(of: "/") else { return "" }
        return slash == manifest.startIndex ? "/" : String(manifest[..<slash])
    }

    private static func takePaths(
        _ list: String, _ collector: inout InputCollector
    ) throws(InputError) {
        do throws(ByteStream.Failure) {
            let stream = try ByteStream(path: list)
            var number = 0
            while let bytes = try stream.read(to: 0, limit: 1 << 16) {
                number += 1
                if bytes.isEmpty { continue }
                guard let path = String(validating: bytes, as: UTF8.self) else {
                    throw ByteStream.Failure(text: "path \(number) is not UTF-8")
                }
                collector.take(listed: path, line: number)
            }
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
