import FoundationEssentials
import Glibc

/// Where what is compiled is kept from run to run: this user's folder for caches, and where that cannot be
/// written, a private one among temporary files.
package enum CacheFolder {
    /// `$XDG_CACHE_HOME`, by default `~/.cache`.
    ///
    /// An empty or relative `HOME` is none: the home is then the one of the user's account.
    /// Source: XDG Base Directory Specification, which has relative paths ignored.
    static func path(_ environment: [String: String]) -> String {
        func absolute(_ name: String) -> String? {
            environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        if let path = absolute("XDG_CACHE_HOME") { return path }
        let home = absolute("HOME") ?? accountHome() ?? FileManager.default.temporaryDirectory.path
        return home + (home.hasSuffix("/") ? ".cache" : "/.cache")
    }

    private static func accountHome() -> String? {
        guard let entry = getpwuid(geteuid()), let folder = entry.pointee.pw_dir else { return nil }
        let path = String(cString: folder)
        return path.hasPrefix("/") ? path : nil
    }

    /// Why a folder cannot be used by this user alone; nil if it can, or can be made.
    static func problem(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == ENOENT ? nil : String(cString: strerror(errno))
        }
        if status.st_mode & S_IFMT != S_IFDIR { return "it is not a folder" }
        return foreignness(status) ?? accessProblem(path)
    }

    /// Why the contents of a folder may come from another user; nil if it is this user's, or the
    /// folder is missing.
    package static func foreignness(_ path: String) -> String? {
        var status = stat()
        return stat(path, &status) == 0 ? foreignness(status) : nil
    }

    private static func foreignness(_ status: stat) -> String? {
        if status.st_uid != geteuid() { return "it belongs to another user" }
        return status.st_mode & (S_IWGRP | S_IWOTH) == 0 ? nil : "others can write to it"
    }

    private static func accessProblem(_ path: String) -> String? {
        access(path, W_OK | X_OK) == 0 ? nil : String(cString: strerror(errno))
    }

    /// Whether a folder can be written, or made if it is missing; nothing is made.
    static func canBeWritten(_ path: String) -> Bool {
        var place = path
        var status = stat()
        while stat(place, &status) != 0 {
            guard errno == ENOENT, let slash = place.lastIndex(of: "/"), place.count > 1 else {
                return false
            }
            place = slash == place.startIndex ? "/" : String(place[..<slash])
        }
        return status.st_mode & S_IFMT == S_IFDIR && access(place, W_OK | X_OK) == 0
    }

    /// Makes a folder and those above it, for this user alone; false if it cannot be written then.
    static func make(_ path: String) -> Bool {
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        return access(path, W_OK | X_OK) == 0
    }

    /// A folder of this user's among temporary files, the same for every run if that is possible.
    static func temporary() -> String? {
        let base = FileManager.default.temporaryDirectory.path
        let lasting = "\(base)/echo-gpu-\(geteuid())"
        var status = stat()
        // lstat: a link that somebody else has put there is not ours.
        if make(lasting), lstat(lasting, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            problem(lasting) == nil
        {
            return lasting
        }
        var template = Array("\(base)/echo-gpu-XXXXXX".utf8CString)
        return mkdtemp(&template).map { String(cString: $0) }
    }
}
