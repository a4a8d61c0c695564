import FoundationEssentials
import Glibc

/// A running check of a matrix unit: a file beside the verdict's file, which is removed when the
/// check has ended.
///
/// If a driver crashes on the kernels, the process ends too, and leaves the file. The next process
/// that finds it tries again, since the first one may have been stopped for another reason. After a
/// few such processes nobody tries any more.
package struct MatrixAttempt {
    /// Processes that may die before the unit is given up.
    private static let limit = 5
    /// Seconds after which another machine's check is taken for one that died.
    private static let patience = 3600.0

    /// What the file holds.
    private struct Record: Codable {
        let key: MatrixVerdictKey
        let host: String
        let process: Int32
        /// Which run of the process: numbers are given again, in containers often the same one.
        let run: UUID
        /// Processes that died before this one.
        let deathCount: Int
    }

    private static let run = UUID()

    private let file: URL
    /// Nil if another process has the file, or none can be written: the check takes place all the same.
    private let record: Record?
    /// Why there is to be no check; nil if there is.
    package let problem: String?

    /// Begins a check.
    package init(of key: MatrixVerdictKey, in store: MatrixVerdictStore) {
        file = store.file(for: key).appendingPathExtension("checking")
        let host = Self.host
        let found = (try? Data(contentsOf: file))
            .flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
            .flatMap { $0.key == key ? $0 : nil }
        if let found, found.host == host ? Self.isAlive(found) : Self.age(of: file) < Self.patience
        {
            (record, problem) = (nil, nil)
            return
        }
        let deathCount = found.map { $0.deathCount + 1 } ?? 0
        guard deathCount < Self.limit else {
            record = nil
            problem =
                "\(deathCount) processes died while they checked it; 'echo-gpu tune --reset' has it "
                + "checked again"
            try? FileManager.default.removeItem(at: file)
            return
        }
        let own = Record(
            key: key, host: host, process: ProcessInfo.processInfo.processIdentifier,
            run: Self.run, deathCount: deathCount)
        record = own
        problem = nil
        try? FileManager.default.createDirectory(
            at: store.directory, withIntermediateDirectories: true)
        try? JSONEncoder().encode(own).write(to: file, options: .atomic)
    }

    /// The check has ended, whatever it found.
    package func end() {
        if record != nil { try? FileManager.default.removeItem(at: file) }
    }

    /// This machine's own name: nobody else is asked for it.
    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Seconds since a file was written; a large number if that is not known.
    private static func age(of file: URL) -> Double {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
        let date = attributes?[.modificationDate] as? Date
        return date.map { -$0.timeIntervalSinceNow } ?? .infinity
    }

    private static func isAlive(_ found: Record) -> Bool {
        if found.process == ProcessInfo.processInfo.processIdentifier { return found.run == run }
        return kill(found.process, 0) == 0 || errno == EPERM
    }
}
