import EchoFormats
import EchoOpenCL
import EchoTensor
import FoundationEssentials

/// What came of a device's first use of its matrix unit: the whole encoder against the CPU path, and against the vector
/// units in speed.
package struct MatrixVerdict: Hashable, Sendable, Codable {
    /// What is wrong with the numbers, or why there are none; nil if they are right.
    package let problem: String?
    /// Nil if nothing was timed: what is wrong, or was asked for by name.
    package let times: Times?

    /// Seconds of one batch.
    package struct Times: Hashable, Sendable, Codable {
        package let unit: Double
        package let vectors: Double

        package init(unit: Double, vectors: Double) { (self.unit, self.vectors) = (unit, vectors) }
    }

    package init(problem: String? = nil, times: Times? = nil) {
        (self.problem, self.times) = (problem, times)
    }

    /// Why the unit is not to be used; nil if it is.
    ///
    /// - Parameter isAskedFor: True if the user named the unit: then it may be slow.
    package func objection(isAskedFor: Bool) -> String? {
        if let problem { return problem }
        guard let times, !isAskedFor, times.unit >= times.vectors else { return nil }
        return "the vector units are faster on it, \(milliseconds(times.vectors)) ms a batch "
            + "beside \(milliseconds(times.unit)) ms"
    }

    /// In a few words, for users.
    package var description: String {
        if let problem { return problem }
        guard let times else { return "right" }
        return "right, \(milliseconds(times.unit)) ms a batch beside "
            + "\(milliseconds(times.vectors)) ms by the vector units"
    }

    private func milliseconds(_ seconds: Double) -> String {
        (1000 * seconds).formatted(decimals: 1)
    }
}

/// What a verdict is about. If any of this is different, the verdict does not apply.
package struct MatrixVerdictKey: Hashable, Sendable, Codable {
    /// Device, driver, kernels, precision and unit.
    package var tuning: TuningKey
    /// The card among others of its name; empty if its driver does not tell them apart.
    package var card: String
    /// The sizes of the kernels' tiles.
    package var tiles: String
    /// The sizes of the model, in words.
    package var model: String

    /// - Throws: ``SettingError`` if `$ECHO_KERNEL_DIR` cannot be used.
    package init(_ backend: GPUBackend, model: String) throws(SettingError) {
        tuning = try TuningKey(
            backend.device, family: backend.family, storing: backend.storage, unit: backend.unit)
        card = backend.device.uuid ?? ""
        tiles = backend.tilingDescription
        self.model = model
    }

    /// True if it is about this device, with the driver and kernels of now.
    fileprivate func isAbout(_ device: Device, kernels: String) -> Bool {
        tuning.kernels == kernels && tuning.driver == TuningKey.driver(of: device) && isOf(device)
    }

    /// True if it is about this card, with any driver.
    fileprivate func isOf(_ device: Device) -> Bool {
        tuning.platform == device.platformName && tuning.device == device.name
            && card == device.uuid ?? ""
    }
}

/// The verdicts on matrix units, kept beside what `echo-gpu tune` keeps: a file for each device, unit, precision and
/// model.
///
/// A file is written beside its place and renamed into it, so that any number of processes may read
/// and write it. If a file cannot be used, the device is checked again.
package struct MatrixVerdictStore: Sendable {
    package let directory: URL

    /// - Parameter directory: Made when the first verdict is kept.
    package init(directory: URL = ProgramCache.userDirectory()) { self.directory = directory }

    /// What a file holds.
    private struct Record: Codable {
        let key: MatrixVerdictKey
        let verdict: MatrixVerdict
    }

    private static let prefix = "matrix-"

    /// The file for a key's device, unit, storage and model, whichever the driver, the kernels and the tiles.
    package func file(for key: MatrixVerdictKey) -> URL {
        let (tuning, card) = (key.tuning, fingerprint(key.tuning.deviceFingerprint + key.card))
        let kernels = "\(tuning.unit ?? "none")-\(tuning.storage)"
        return directory.appending(
            path: "\(Self.prefix)\(kernels)-\(card)-\(fingerprint(key.model)).json")
    }

    /// The verdict that was kept for `key`, or why the device is checked.
    package func load(_ key: MatrixVerdictKey) -> (verdict: MatrixVerdict?, reason: String) {
        let file = file(for: key)
        if let problem = CacheFolder.foreignness(directory.path) {
            return (nil, "\(directory.path) is not trusted, \(problem)")
        }
        do {
            let record = try Self.read(file)
            if record.key == key { return (record.verdict, "kept in \(file.path)") }
            let difference = key.tuning.difference(from: record.key.tuning)
            return (nil, difference ?? "its tiles have changed")
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return (nil, "it is used for the first time")
        } catch is DecodingError {
            return (nil, "\(file.path) is damaged, or of another version")
        } catch {
            return (nil, "\(file.path) cannot be read, \(error.systemReason)")
        }
    }

    /// Keeps a verdict, in place of the one that was kept in the same file.
    ///
    /// - Throws: what the file system says.
    package func keep(_ verdict: MatrixVerdict, for key: MatrixVerdictKey) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = try encoder.encode(Record(key: key, verdict: verdict))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try text.write(to: file(for: key), options: .atomic)
    }

    /// What is kept of a device, as this process would use it.
    ///
    /// - Throws: ``SettingError`` if `$ECHO_KERNEL_DIR` cannot be used.
    package func kept(
        for device: Device
    ) throws(SettingError) -> [(key: MatrixVerdictKey, verdict: MatrixVerdict)] {
        let kernels = try TuningKey(device, family: .simt).kernels
        return files().compactMap { try? Self.read($0) }
            .filter { $0.key.isAbout(device, kernels: kernels) }
            .map { ($0.key, $0.verdict) }
    }

    /// Forgets what was kept of a device, whichever the driver, the kernels and the model.
    ///
    /// - Returns: How many verdicts that were.
    /// - Throws: what the file system says.
    package func remove(_ device: Device) throws -> Int {
        var count = 0
        for file in files() {
            guard let record = try? Self.read(file), record.key.isOf(device) else { continue }
            try FileManager.default.removeItem(at: file)
            count += 1
        }
        return count
    }

    /// The files of verdicts, by name.
    private func files() -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.filter { $0.hasPrefix(Self.prefix) && $0.hasSuffix(".json") }.sorted()
            .map { directory.appending(path: $0) }
    }

    private static func read(_ file: URL) throws -> Record {
        try JSONDecoder().decode(Record.self, from: Data(contentsOf: file))
    }
}
