/// The recordings that the arguments of a run name, in a stable order.
///
/// A file is taken whatever its extension; folders are walked for files with an extension of
/// libsndfile's formats, hidden files and folders left out.
package struct InputDiscovery: Sendable {
    package let inputs: [Input]
    /// Files in folders that are no recordings by their extension.
    package let skippedCount: Int
    /// What could not be looked at while folders were walked.
    package let problems: [InputError]

    /// Looks the arguments up and walks the folders among them.
    ///
    /// - Throws: ``InputError`` where an argument does not exist, nothing is found, or two inputs
    ///   would write the same files.
    package init(arguments: [String]) throws(InputError) {
        var inputs: [Input] = []
        var problems: [InputError] = []
        var skipped = 0
        for argument in arguments {
            switch FileStatus(path: argument) {
            case .folder(let identity):
                let walk = FolderWalk(folder: argument, identity: identity)
                inputs += walk.inputs
                problems += walk.problems
                skipped += walk.skippedCount
            case .file(let facts):
                inputs.append(Input(path: argument, name: Self.lastName(argument), facts))
            case .other:
                inputs.append(Input(path: argument, name: Self.lastName(argument)))
            case .missing(let text):
                throw InputError(.missing(path: argument, text))
            }
        }
        if inputs.isEmpty {
            throw problems.first
                ?? InputError(.noRecordings(arguments: arguments, skippedCount: skipped))
        }
        try Self.requireDistinctNames(inputs)
        self.inputs = inputs
        self.problems = problems
        skippedCount = skipped
    }

    private static func lastName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func requireDistinctNames(_ inputs: [Input]) throws(InputError) {
        // Bytes, because strings of other bytes can be equal where file names are not.
        var paths: [[UInt8]: String] = [:]
        for input in inputs {
            if let first = paths.updateValue(input.path, forKey: Array(input.name.utf8)) {
                throw InputError(.sameName(input.name, first: first, second: input.path))
            }
        }
    }
}

extension Input {
    /// A file of its own.
    init(path: String, name: String, _ facts: FileFacts) {
        self.init(path: path, name: name, byteCount: facts.byteCount, modified: facts.modified)
    }
}
