import Foundation

/// Built programs, kept in files from run to run.
///
/// Processes may share a folder: an entry is written beside its place and renamed into it, so that
/// it is whole or not there. What cannot be read or written is reported and otherwise ignored: a
/// cache only saves time.
package struct ProgramCache: Sendable {
    package let directory: URL
    /// Told, in a sentence, why an entry could not be used or kept.
    let report: @Sendable (String) -> Void

    /// - Parameters:
    ///   - directory: Made when the first entry is kept.
    ///   - report: Told why an entry could not be used or kept.
    package init(
        directory: URL = ProgramCache.userDirectory(),
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.directory = directory
        self.report = report
    }

    /// `$XDG_CACHE_HOME/echo-gpu`, by default `~/.cache/echo-gpu`.
    ///
    /// Source: XDG Base Directory Specification, which has relative paths ignored.
    package static func userDirectory(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> URL {
        let base =
            if let path = environment["XDG_CACHE_HOME"], path.hasPrefix("/") {
                URL(filePath: path)
            } else {
                URL(filePath: environment["HOME"] ?? NSHomeDirectory()).appending(path: ".cache")
            }
        return base.appending(path: "echo-gpu")
    }

    /// What a program was built from and for.
    package struct Key: Sendable {
        /// Everything that a build depends on, as text.
        let text: String

        package init(_ device: Device, source: String, options: [String]) {
            // Drivers for CPUs give processors of unlike instruction sets one name; the width of
            // their vectors tells most of them apart.
            text = [
                device.platformName, device.vendor, device.name, device.driverVersion,
                device.deviceVersion, "float\(device.nativeFloatVectorWidth)",
                options.joined(separator: " "), source,
            ].joined(separator: "\n")
        }
    }

    /// The file of an entry. Keys with one hash displace each other; the key inside tells them apart.
    package func file(for key: Key) -> URL {
        let hash = ProgramCacheEntry.hash(Array(key.text.utf8))
        let digits = String(hash, radix: 16)
        let zeros = String(repeating: "0", count: 16 - digits.count)
        return directory.appending(path: zeros + digits + ".program")
    }

    /// The binary that was kept for `key`; nil where there is none, or none that is whole.
    package func binary(for key: Key) -> [UInt8]? {
        let file = file(for: key)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do {
            let entry = try ProgramCacheEntry(bytes: [UInt8](Data(contentsOf: file)))
            return entry.key == key.text ? entry.binary : nil
        } catch {
            report("\(file.path) is of no use, it will be replaced: \(error)")
            return nil
        }
    }

    /// Keeps a binary, in place of what was kept for `key`.
    package func store(_ binary: [UInt8], for key: Key) {
        let file = file(for: key)
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true)
            let entry = ProgramCacheEntry(key: key.text, binary: binary)
            try Data(entry.bytes).write(to: file, options: .atomic)
        } catch {
            report("\(file.path) cannot be written: \(error)")
        }
    }
}
