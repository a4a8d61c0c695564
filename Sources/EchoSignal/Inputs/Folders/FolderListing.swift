import Glibc

/// What a path leads to, links followed.
enum FileStatus {
    /// A folder, known again by its device and inode.
    case folder(FolderIdentity)
    case file(FileFacts)
    /// A device, pipe or socket.
    case other
    /// The system's text.
    case missing(String)

    init(path: String) {
        var status = stat()
        self.init(result: stat(path, &status), status)
    }

    /// Nil if it is no folder.
    var folder: FolderIdentity? {
        if case .folder(let identity) = self { identity } else { nil }
    }

    /// Whether two paths lead to one file.
    static func isSameFile(_ first: String, _ second: String) -> Bool {
        var (one, other) = (stat(), stat())
        return stat(first, &one) == 0 && stat(second, &other) == 0 && one.st_dev == other.st_dev
            && one.st_ino == other.st_ino
    }

    fileprivate init(result: Int32, _ status: stat) {
        guard result == 0 else {
            self = .missing(String(cString: strerror(errno)))
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            self = .folder(FolderIdentity(device: status.st_dev, inode: status.st_ino))
        case S_IFREG: self = .file(FileFacts(status))
        default: self = .other
        }
    }
}

/// A file's size and age.
struct FileFacts: Hashable {
    let byteCount: Int
    /// Nanoseconds since 1970.
    let modified: Int64

    fileprivate init(_ status: stat) {
        byteCount = Int(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    }
}

/// Tells one folder from another, whatever path led to it.
struct FolderIdentity: Hashable {
    let device: dev_t
    let inode: ino_t
}

/// The entries of a folder that are not hidden, in byte-wise order of their names.
struct FolderListing {
    struct Entry {
        /// The name's bytes, which need not be UTF-8.
        let bytes: [UInt8]
        let status: FileStatus

        /// Nil where the bytes are not UTF-8.
        var name: String? { String(validating: bytes, as: UTF8.self) }
        /// For messages: replacement characters stand for what is not UTF-8.
        var readableName: String { String(decoding: bytes, as: UTF8.self) }
    }

    let entries: [Entry]
    /// Hidden files and folders, but for `.`, `..` and temporary files of our own.
    private(set) var hiddenCount = 0

    /// - Throws: ``InputError`` if the folder cannot be listed.
    init(path: String) throws(InputError) {
        guard let folder = opendir(path) else {
            let number = errno
            if let failure = OwnFailure(number, "\(path): the folder cannot be listed") {
                throw InputError(.own(failure))
            }
            throw InputError(
                .unreadableFolder(path: path, String(cString: strerror(number))))
        }
        defer { closedir(folder) }
        var entries: [Entry] = []
        errno = 0
        while let entry = readdir(folder) {
            let name = Self.name(entry)
            if name.pointee == CChar(bitPattern: UInt8(ascii: ".")) {
                if Self.isForeign(String(cString: name)) { hiddenCount += 1 }
            } else {
                entries.append(Self.entry(name, in: dirfd(folder)))
            }
            errno = 0
        }
        guard errno == 0 else {
            throw InputError(
                .unreadableFolder(path: path, String(cString: strerror(errno))))
        }
        self.entries = entries.sorted { Self.precedes($0.bytes, $1.bytes) }
    }

    /// Byte-wise order.
    private static func precedes(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        let order = memcmp(first, second, min(first.count, second.count))
        return order == 0 ? first.count < second.count : order < 0
    }

    private static func isForeign(_ hidden: String) -> Bool {
        hidden != "." && hidden != ".." && !OwnName.isTemporary(hidden)
    }

    /// The name is an array of fixed size that ends with a zero byte inside it.
    private static func name(_ entry: UnsafeMutablePointer<dirent>) -> UnsafePointer<CChar> {
        let offset = MemoryLayout<dirent>.offset(of: \dirent.d_name) ?? 0
        return UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
    }

    private static func entry(_ name: UnsafePointer<CChar>, in folder: Int32) -> Entry {
        var status = stat()
        let result = fstatat(folder, name, &status, 0)
        let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name))
        return Entry(bytes: Array(bytes), status: FileStatus(result: result, status))
    }
}
