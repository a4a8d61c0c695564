import Foundation

/// A check of a matrix unit that is under way: a file beside the verdict's, which is gone once the check has ended.
///
/// A driver that dies of the kernels takes the process with it. Whoever finds the file of a process that is gone tries once
/// more, since it may have been killed for another reason, and then never again.
package struct MatrixAttempt {
    /// Processes that may die before the unit is given up.
    private static let limit = 2

    /// What the file holds.
    private struct Record: Codable {
        let key: MatrixVerdictKey
        let host: String
        let process: Int32
        /// Processes that died before this one.
        let deathCount: Int
    }

    private let file: URL
    /// Nil where another process has the file, or none can be written: the check takes place all the same.
    private let record: Record?
    /// Why there is to be no check; nil where there is.
    package let problem: String?

    /// Begins a check.
    package init(of key: MatrixVerdictKey, in store: MatrixVerdictStore) {
        file = store.file(for: key).appendingPathExtension("checking")
        let host = Self.host
        let found = (try? Data(contentsOf: file))
            .flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
            .flatMap { $0.key == key ? $0 : nil }
        if let found, found.host != host || Self.isAlive(found.process) {
            (record, problem) = (nil, nil)
            return
        }
        let deathCount = found.map { $0.deathCount + 1 } ?? 0
        guard deathCount < Self.limit else {
            record = nil
            problem = "\(deathCount) processes died while they checked it"
            try? FileManager.default.removeItem(at: file)
            return
        }
        let own = Record(
            key: key, host: host, process: ProcessInfo.processInfo.processIdentifier,
            deathCount: deathCount)
        record = own
        problem = nil
        try? FileManager.default.createDirectory(
            at: store.directory, withIntermediateDirectories: true)
        try? JSONEncoder().encode(own).write(to: file, options: .atomic)
    }

    /// The check has come to an end, whatever it found.
    package func end() {
        if record != nil { try? FileManager.default.removeItem(at: file) }
    }

    /// This machine's own name: nobody else is asked for it.
    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func isAlive(_ process: Int32) -> Bool {
        kill(process, 0) == 0 || errno == EPERM
    }
}
