import EchoFormats
import EchoOpenCL
import EchoTensor
import FoundationEssentials

/// What a choice of tiles was made for: with another driver or other kernels it means nothing.
package struct TuningKey: Hashable, Sendable, Codable {
    package var platform: String
    package var device: String
    /// Floats of its native vectors: drivers for CPUs give unlike processors one name.
    package var vectorWidth: Int
    package var family: KernelFamily
    /// How weights and activations are stored.
    package var storage: ElementType
    /// The matrix unit's name; nil for the vector units.
    package var unit: String?
    package var driver: String
    /// Hash of the kernels' text, as 16 hexadecimal digits.
    package var kernels: String

    init(
        _ device: Device, family: KernelFamily, storing storage: ElementType, unit: MatrixUnit?,
        source: KernelSource
    ) {
        platform = device.platformName
        self.device = device.name
        vectorWidth = device.nativeFloatVectorWidth
        self.family = family
        self.storage = storage
        self.unit = unit?.name
        driver = Self.driver(of: device)
        kernels = source.hash
    }

    /// The key of a device as this process would open it.
    ///
    /// - Throws: ``SettingError`` if `$ECHO_KERNEL_DIR` cannot be used.
    package init(
        _ device: Device, family: KernelFamily, storing storage: ElementType = .float32,
        unit: MatrixUnit? = nil
    ) throws(SettingError) {
        let folder = Setting.kernelFolder.value(in: ProcessInfo.processInfo.environment)
        self.init(
            device, family: family, storing: storage, unit: unit,
            source: try KernelSource(folder: folder))
    }

    static func driver(of device: Device) -> String {
        "\(device.driverVersion), \(device.deviceVersion)"
    }

    /// Of the device alone, whichever its driver: 16 hexadecimal digits.
    var deviceFingerprint: String { fingerprint("\(platform)\n\(device)\n\(vectorWidth)") }

    /// What in `other` is not as here, in words; nil if they are equal.
    func difference(from other: TuningKey) -> String? {
        if self == other { return nil }
        if driver != other.driver { return "the driver was \(other.driver), it is \(driver)" }
        if kernels != other.kernels { return "the kernels have changed" }
        return "it is for \(other.device) (\(other.platform))"
    }
}

/// The tiles that `echo-gpu tune` found best, kept in a file for each device, family of kernels and
/// precision.
///
/// A file is written beside its place and renamed into it. One that cannot be used is ignored, with
/// a sentence that says why: tiles only save time.
package struct TuningStore: Sendable {
    package let directory: URL

    /// - Parameter directory: Made when the first choice is kept.
    package init(directory: URL = ProgramCache.userDirectory()) { self.directory = directory }

    /// What a file holds.
    private struct Record: Codable {
        let key: TuningKey
        let tiling: Tiling
    }

    /// The file for a key's device, family and storage, whichever the driver and the kernels.
    package func file(for key: TuningKey) -> URL {
        let kernels = [key.family.rawValue, key.unit].compactMap(\.self).joined(separator: "-")
        return directory.appending(
            path: "tiles-\(kernels)-\(key.storage)-\(key.deviceFingerprint).json")
    }

    /// The tiles that were kept for `key`, or why what was kept cannot be used; neither where
    /// nothing was kept.
    package func load(
        _ key: TuningKey, on device: Device
    ) -> (tiling: Tiling?, warning: String?) {
        let file = file(for: key)
        func unusable(_ reason: String) -> (tiling: Tiling?, warning: String?) {
            let remedy = "Run 'echo-gpu tune' again, or 'echo-gpu tune --reset' to forget it."
            return (nil, "\(file.path) is not used, the default tiles are: \(reason). \(remedy)")
        }
        let record: Record
        do {
            record = try JSONDecoder().decode(Record.self, from: Data(contentsOf: file))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return (nil, nil)
        } catch is DecodingError {
            return unusable("it is damaged, or of another version")
        } catch {
            return unusable("it cannot be read, \(error.systemReason)")
        }
        if let difference = key.difference(from: record.key) { return unusable(difference) }
        if let problem = record.tiling.problem(key.family, on: device) { return unusable(problem) }
        return (record.tiling, nil)
    }

    /// Keeps tiles for `key`, in place of those kept for the same file.
    ///
    /// - Throws: what the file system says.
    package func keep(_ tiling: Tiling, for key: TuningKey) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = try encoder.encode(Record(key: key, tiling: tiling))
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try text.write(to: file(for: key), options: .atomic)
    }

    /// Forgets what was kept in the key's file; false if nothing was.
    ///
    /// - Throws: what the file system says.
    package func remove(_ key: TuningKey) throws -> Bool {
        do {
            try FileManager.default.removeItem(at: file(for: key))
            return true
        } catch let error as CocoaError where error.code == .fileNoSuchFile {
            return false
        }
    }
}

extension KernelFamily: Codable {}
extension ElementType: Codable {}

extension KernelSource {
    /// Hash of every file's name and text, as 16 hexadecimal digits.
    var hash: String {
        fingerprint(texts.sorted { $0.key < $1.key }.map { "\($0.key)\n\($0.value)" }.joined())
    }
}

/// The FNV-1a hash of a text, as 16 hexadecimal digits.
package func fingerprint(_ text: String) -> String {
    let digits = String(ProgramCacheEntry.hash(text.utf8), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
