import EchoFormats
import Glibc

/// `errors.jsonl`: the recordings that failed, a line each, as the manifests or the last run say.
///
/// It is written whole and atomically. While a run goes on it may lag behind the manifests.
package struct FailureList: Sendable {
    /// A recording that failed, or something that could not be searched for recordings.
    package struct Failure: Hashable, Sendable {
        /// Empty if it is no recording: a link to nothing, a damaged archive, a folder.
        package let id: String
        package let path: String
        package let code: String
        package let reason: String

        package init(id: String, path: String, code: String, reason: String) {
            (self.id, self.path, self.code, self.reason) = (id, path, code, reason)
        }
    }

    package let path: String
    /// By id, each with its place in the order in which they failed.
    private var failures: [ByteName: (place: Int, failure: Failure)] = [:]
    private var nextPlace = 0
    /// What this run could not search, which no recording puts right.
    private let problems: [Failure]
    private var writtenCount = 0
    /// Those of other shards: a run that holds the whole folder takes off them what it tries.
    private var others: [FailureList] = []

    /// The lists that have something, this one first.
    package var paths: [String] { (isEmpty ? [] : [path]) + others.flatMap(\.paths) }

    package var isEmpty: Bool { failures.isEmpty && problems.isEmpty }

    /// The list of a shard's failures in `folder`.
    ///
    /// - Parameters:
    ///   - failures: The earlier ones. What could not be searched then is found again, or mended.
    ///   - problems: What cannot be searched now: every shard finds it, the first lists it.
    package init(
        folder: String, shard: Shard, _ failures: [Failure] = [], problems: [Failure] = []
    ) {
        path = folder + "/errors\(shard.suffix).jsonl"
        self.problems = shard.index == 0 ? problems : []
        for failure in failures where !failure.id.isEmpty { append(failure) }
    }

    /// Gives it the lists of other shards that the folder has, to be kept true with it.
    ///
    /// - Parameter failed: What the manifests of a shard say, in order.
    /// - Throws: ``StoreError`` if the folder cannot be listed.
    package mutating func takeOthers(
        in folder: String, _ failed: (Shard) -> [ManifestEntry]
    ) throws(StoreError) {
        for name in try FolderNames.list(folder, prefixes: ["errors-"]) {
            guard name.endsInBytes(of: ".jsonl"),
                let shard = Shard(
                    label: name.dropFirst("errors-".count).dropLast(".jsonl".count))
            else { continue }
            var list = FailureList(folder: folder, shard: shard)
            for entry in failed(shard) { list.add(entry) }
            others.append(list)
        }
    }

    /// Adds a failure; an earlier one of its id goes.
    package mutating func append(_ failure: Failure) {
        for index in others.indices { others[index].remove(failure.id) }
        failures[ByteName(failure.id)] = (nextPlace, failure)
        nextPlace += 1
    }

    /// Takes the failure of a recording that has been embedded since off the list.
    package mutating func remove(_ id: String) {
        failures[ByteName(id)] = nil
        for index in others.indices { others[index].remove(id) }
    }

    /// Adds what a line of a manifest says, or removes what it puts right.
    package mutating func add(_ entry: ManifestEntry) {
        if case .failed(let code, let reason) = entry.outcome {
            let source = entry.source
            append(Failure(id: source.id, path: source.path, code: code, reason: reason))
        } else {
            remove(entry.source.id)
        }
    }

    /// Writes the list if it has grown by a tenth since the last time, so that all the writing
    /// stays in proportion to what is written.
    ///
    /// - Throws: ``StoreError`` if it cannot be written.
    package mutating func writeNowAndThen() throws(StoreError) {
        if (failures.count - writtenCount) * 10 > writtenCount { try write() }
    }

    /// Writes the list; an empty one is no file.
    ///
    /// - Throws: ``StoreError`` if it cannot be written.
    package mutating func write() throws(StoreError) {
        for index in others.indices { try others[index].write() }
        writtenCount = failures.count
        guard !isEmpty else {
            guard unlink(path) == 0 || errno == ENOENT else {
                throw StoreError(path: path, .system(.write, errno))
            }
            return
        }
        var text = ""
        let listed = failures.values.sorted { $0.place < $1.place }.map(\.failure)
        for failure in problems + listed {
            text += failure.json.text + "\n"
        }
        try SmallFile.replace(path, with: Array(text.utf8))
    }

    /// The failures in the file of a shard, none if there is no file.
    ///
    /// - Throws: ``StoreError`` if it cannot be read or is not such a list.
    package static func read(folder: String, shard: Shard) throws(StoreError) -> [Failure] {
        try read(folder + "/errors\(shard.suffix).jsonl")
    }

    /// The failures in a file, none if there is no file.
    ///
    /// - Throws: ``StoreError`` if it cannot be read or is not such a list.
    package static func read(_ path: String) throws(StoreError) -> [Failure] {
        guard let bytes = try SmallFile.read(path) else { return [] }
        var failures: [Failure] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            do {
                var scanner = JSONScanner(Array(line))
                failures.append(try Failure(try scanner.object()))
            } catch {
                throw StoreError(path: path, .notARecord("line \(failures.count + 1): \(error)"))
            }
        }
        return failures
    }
}

extension FailureList.Failure {
    fileprivate var json: JSONObject {
        [
            "id": .string(id), "path": .string(path), "code": .string(code),
            "reason": .string(reason),
        ]
    }

    fileprivate init(_ object: JSONObject) throws(MemberError) {
        self.init(
            id: try object.string("id"), path: try object.string("path"),
            code: try object.string("code"), reason: try object.string("reason"))
    }
}
