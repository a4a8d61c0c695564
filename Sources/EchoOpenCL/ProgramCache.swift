import FoundationEssentials
import Glibc

/// Built programs, kept in files from run to run.
///
/// Processes may share a folder: an entry is written beside its place and renamed into it, so that
/// it is whole or not there. What cannot be read or written is reported and otherwise ignored: a
/// cache only saves time.
package struct ProgramCache: Sendable {
    package let directory: URL
    /// Bytes of all entries together.
    let byteLimit: Int
    /// Told, in a sentence, why an entry could not be used or kept.
    let report: @Sendable (String) -> Void

    /// - Parameters:
    ///   - directory: Made when the first entry is kept, for this user alone.
    ///   - byteLimit: Bytes that all entries may have together; the published models take some MB.
    ///   - report: Told why an entry could not be used or kept.
    package init(
        directory: URL = ProgramCache.userDirectory(), byteLimit: Int = 256 << 20,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.directory = directory
        self.byteLimit = byteLimit
        self.report = report
    }

    /// `$XDG_CACHE_HOME/echo-gpu`, by default `~/.cache/echo-gpu`.
    package static func userDirectory(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> URL {
        URL(filePath: CacheFolder.path(environment)).appending(path: "echo-gpu")
    }

    /// Why the folder is not used, a sentence; nil if it is.
    ///
    /// What lies in it runs on the device: a folder that others can write is not trusted.
    package var problem: String? {
        CacheFolder.problem(directory.path).map {
            "\(directory.path) is not used to keep compiled kernels: \($0). Make it your own "
                + "(chmod 700), or set XDG_CACHE_HOME."
        }
    }

    private static let ending = ".program"

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
        return directory.appending(path: zeros + digits + Self.ending)
    }

    /// The binary that was kept for `key`; nil if there is none, or none that is whole and this
    /// user's.
    package func binary(for key: Key) -> [UInt8]? {
        guard CacheFolder.problem(directory.path) == nil else { return nil }
        let path = file(for: key).path
        do {
            guard let bytes = try ProgramCacheFile.read(path) else { return nil }
            let entry = try ProgramCacheEntry(bytes: bytes)
            guard entry.key == key.text else { return nil }
            // The time of the last use, which ``trim()`` goes by.
            utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW)
            return entry.binary
        } catch {
            report("\(path) is of no use, it will be replaced: \(error)")
            return nil
        }
    }

    /// Keeps a binary, in place of what was kept for `key`; those longest unused go if there are more
    /// than ``byteLimit`` in all.
    package func store(_ binary: [UInt8], for key: Key) {
        let path = file(for: key).path
        if let problem { return report(problem) }
        do {
            guard CacheFolder.make(directory.path) else {
                throw ProgramCacheFile.Problem(errno)
            }
            try ProgramCacheFile.write(
                ProgramCacheEntry(key: key.text, binary: binary).bytes, to: path)
            trim()
        } catch {
            report("\(path) cannot be written: \(error)")
        }
    }

    private func trim() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        let entries = names.filter { $0.hasSuffix(Self.ending) }.compactMap { name in
            var status = stat()
            let path = directory.appending(path: name).path
            guard lstat(path, &status) == 0 else { return nil as Use? }
            return Use(path: path, byteCount: Int(status.st_size), time: status.st_mtim)
        }
        var byteCount = entries.reduce(0) { $0 + $1.byteCount }
        for entry in entries.sorted(by: Use.isOlder) where byteCount > byteLimit {
            unlink(entry.path)
            byteCount -= entry.byteCount
        }
    }

    /// An entry, and when it was last used.
    private struct Use {
        let path: String
        let byteCount: Int
        let time: timespec

        static func isOlder(_ first: Use, _ second: Use) -> Bool {
            (first.time.tv_sec, first.time.tv_nsec, first.path)
                < (second.time.tv_sec, second.time.tv_nsec, second.path)
        }
    }
}
