import EchoFormats
import FoundationEssentials
import Glibc

/// The right to write one shard of an output folder, held by one process at a time.
///
/// An open file description lock (`F_OFD_SETLK`) on `.lock` or `.lock-3of8` in the folder: it ends
/// with its owner, however that dies, and NFS has it too. What the file says of the owner is for
/// messages only.
// Sendable: nothing changes after init.
package final class OutputLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Who holds a lock, as that process wrote it.
    package struct Owner: Hashable, Sendable {
        let host: String
        let process: Int
        let since: String
        let shard: Shard
        /// Tells one set of inputs from another; nil if the owner has not written it yet.
        let plan: String?

        var text: String { "process \(process) on \(host), since \(since)" }
    }

    /// Takes the lock of a shard.
    ///
    /// - Parameter plan: A digest of the inputs that all shards must share.
    /// - Throws: ``StoreError`` if another process holds it, or one that is cut into another
    ///   number of shards or has other inputs writes to the folder.
    package static func take(
        folder: String, shard: Shard, plan: String
    ) throws(StoreError) -> OutputLock {
        let lock = try OutputLock(path: folder + "/.lock" + shard.suffix)
        try write(shard, plan, to: lock.descriptor, lock.path)
        do throws(StoreError) {
            try lock.requireSamePlan(in: folder, shard, plan)
        } catch {
            // A lock that was just taken over from a dead process may still say what that one wrote.
            usleep(200_000)
            try lock.requireSamePlan(in: folder, shard, plan)
        }
        return lock
    }

    /// Takes the lock of a whole folder, to change what is there; no run may begin meanwhile.
    ///
    /// - Throws: ``StoreError`` if another process writes there.
    package static func takeAlone(folder: String) throws(StoreError) -> OutputLock {
        let lock = try OutputLock(path: folder + "/.lock")
        // No run has this plan.
        try write(.whole, "alone", to: lock.descriptor, lock.path)
        try lock.requireAlone(in: folder)
        return lock
    }

    /// - Throws: ``StoreError`` if one of the other owners is no shard of the same plan.
    private func requireSamePlan(
        in folder: String, _ shard: Shard, _ plan: String
    ) throws(StoreError) {
        for owner in try Self.otherOwners(in: folder, than: path) {
            if owner.shard.count != shard.count {
                throw StoreError(
                    path: folder,
                    .otherShards(owner.text, theirs: owner.shard.count, ours: shard.count))
            }
            // One that has written nothing yet looks at this lock, which is written, afterwards.
            if let theirs = owner.plan, theirs != plan {
                throw StoreError(path: folder, .otherInputs(owner.text))
            }
        }
    }

    private init(path: String) throws(StoreError) {
        descriptor = try Self.acquire(path)
        self.path = path
    }

    deinit {
        // Removed while it is held: who opened it in the meantime notices and opens it again.
        unlink(path)
        close(descriptor)
    }

    /// True if no other process writes to the folder.
    package func isAlone(in folder: String) throws(StoreError) -> Bool {
        try Self.otherOwners(in: folder, than: path).isEmpty
    }

    /// - Throws: ``StoreError`` if another process writes to the folder.
    package func requireAlone(in folder: String) throws(StoreError) {
        if let other = try Self.otherOwners(in: folder, than: path).first {
            throw StoreError(path: folder, .locked(other.text))
        }
    }

    /// Who writes to a folder now, and whose locks nobody holds: they died.
    ///
    /// - Throws: ``StoreError`` if the folder cannot be listed.
    package static func owners(
        in folder: String
    ) throws(StoreError) -> (writing: [String], dead: [String]) {
        var owners: (writing: [String], dead: [String]) = ([], [])
        for name in try names(in: folder) where shard(ofLock: name) != nil {
            let path = folder + "/" + name
            let text = (try? read(path))?.text ?? "a process that \(name) does not name"
            if isHeld(path) { owners.writing.append(text) } else { owners.dead.append(text) }
        }
        return owners
    }

    // MARK: Locking

    private static func acquire(_ path: String) throws(StoreError) -> Int32 {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
            guard descriptor >= 0 else {
                let cause: StoreError.Cause =
                    errno == ELOOP ? .symbolicLink : .system(.create, errno)
                throw StoreError(path: path, cause)
            }
            guard tryLock(descriptor) else {
                let number = errno
                let owner = (try? read(path))?.text
                close(descriptor)
                guard number == EAGAIN || number == EACCES else {
                    throw StoreError(path: path, .system(.lock, number))
                }
                throw StoreError(path: path, .locked(owner ?? "another process"))
            }
            // The one before may have removed it between the two calls.
            var (ours, there) = (stat(), stat())
            if fstat(descriptor, &ours) == 0, lstat(path, &there) == 0, ours.st_ino == there.st_ino,
                ours.st_dev == there.st_dev
            {
                return descriptor
            }
            close(descriptor)
        }
    }

    /// `F_OFD_GETLK` and `F_OFD_SETLK` of Linux, which Swift's Glibc does not show.
    private enum Command {
        static let get: Int32 = 36
        static let set: Int32 = 37
    }

    private static func tryLock(_ descriptor: Int32) -> Bool {
        var request = wholeFile
        return fcntl(descriptor, Command.set, &request) == 0
    }

    private static var wholeFile: flock {
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        request.l_whence = Int16(SEEK_SET)
        return request
    }

    /// Those who hold the other locks of a folder at this moment.
    private static func otherOwners(
        in folder: String, than own: String
    ) throws(StoreError) -> [Owner] {
        try names(in: folder).compactMap { name in
            let path = folder + "/" + name
            guard path != own, let shard = self.shard(ofLock: name), isHeld(path) else {
                return nil
            }
            return (try? read(path))
                ?? Owner(host: "?", process: 0, since: "?", shard: shard, plan: nil)
        }
    }

    private static func names(in folder: String) throws(StoreError) -> [String] {
        try FolderNames.list(folder, prefixes: [".lock"])
    }

    private static func shard(ofLock name: String) -> Shard? {
        if name == ".lock" { return .whole }
        return name.hasPrefix(".lock-") ? Shard(label: name.dropFirst(".lock-".count)) : nil
    }

    private static func isHeld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var request = wholeFile
        guard fcntl(descriptor, Command.get, &request) == 0 else { return false }
        return request.l_type != Int16(F_UNLCK)
    }

    // MARK: The owner

    private static func write(
        _ shard: Shard, _ plan: String, to descriptor: Int32, _ path: String
    ) throws(StoreError) {
        let owner: JSONObject = [
            "host": .string(hostName), "process": .integer(Int(getpid())),
            "since": .string(Date().formatted(.iso8601)), "shard": .string("\(shard)"),
            "plan": .string(plan),
        ]
        let text = owner.text + "\n"
        guard ftruncate(descriptor, 0) == 0 else {
            throw StoreError(path: path, .system(.write, errno))
        }
        try Array(text.utf8).withUnsafeBufferPointer { bytes throws(StoreError) in
            try AtomicFile.write(UnsafeRawBufferPointer(bytes), to: descriptor, path: path)
        }
    }

    private static var hostName: String {
        var name = utsname()
        guard uname(&name) == 0 else { return "?" }
        return withUnsafeBytes(of: name.nodename) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func read(_ path: String) throws -> Owner? {
        guard let bytes = try SmallFile.read(path) else { return nil }
        var scanner = JSONScanner(bytes)
        let object = try scanner.object()
        guard let shard = Shard(try object.string("shard")) else { return nil }
        return Owner(
            host: try object.string("host"), process: try object.integer("process"),
            since: try object.string("since"), shard: shard, plan: try object.string("plan"))
    }
}
