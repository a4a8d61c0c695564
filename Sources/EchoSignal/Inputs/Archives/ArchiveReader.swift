import CLibArchive
import FoundationEssentials
import Glibc

/// A tar file, perhaps compressed, that libarchive reads from start to end, once.
///
/// Compression: gzip, bzip2, xz, lzma, zstd, lz4 and compress, each by its library.
final class ArchiveReader {
    /// What the archive says of an entry.
    struct Entry {
        /// Position in the archive, from 0.
        let ordinal: Int
        /// As the archive has it, hostile or not; replacement characters for what is not UTF-8.
        let name: String
        /// Whether the name is UTF-8: others are not told apart for certain.
        let isNameUnicode: Bool
        /// A file with bytes of its own: no folder, no link, no device.
        let isFile: Bool
        /// A pipe or a device, of which a tar has no bytes.
        let isSpecial: Bool
        /// Where a link leads, by name; nil if it is none.
        let link: String?
        /// What its header promises.
        let byteCount: Int
        /// Whether stretches of zeros are left out of the archive.
        let isSparse: Bool
        /// What its header has that cannot be made out; nil if there is nothing.
        let doubt: String?
    }

    private let handle: OpaquePointer
    /// What libarchive reads; it holds on to it by a pointer.
    private var stream: TarStream?
    private var nextOrdinal = 0
    /// Where the last entry ends in the tar.
    private var end = 0
    /// What is unusual about the archive's end, once it was met; nil if nothing is.
    private(set) var oddEnd: String?

    private static let blockLength = 512

    /// - Parameter blockSize: Bytes that are read at once. What is not asked for is stepped over in a tar that
    ///   is not compressed, except for the rest of a block.
    /// - Throws: ``ArchiveFailure`` if it cannot be opened or is no tar.
    init(path: String) throws(ArchiveFailure) {
        let stream = TarStream(try Self.bytes(path))
        guard let handle = archive_read_new() else { throw ArchiveFailure.memory }
        self.handle = handle
        self.stream = stream
        archive_read_support_format_tar(handle)
        guard stream.open(handle) == ARCHIVE_OK else { throw failure() }
    }

    /// A zip file, as `.npz` is.
    ///
    /// - Throws: ``ArchiveFailure`` if it cannot be opened or is no zip.
    init(zip path: String) throws(ArchiveFailure) {
        guard let handle = archive_read_new() else { throw ArchiveFailure("out of memory") }
        self.handle = handle
        archive_read_support_format_zip_seekable(handle)
        guard archive_read_open_filename(handle, path, 1 << 16) == ARCHIVE_OK else {
            throw failure()
        }
    }

    deinit { archive_read_free(handle) }

    /// The tar's bytes, out of whatever it is compressed with.
    private static func bytes(_ path: String) throws(ArchiveFailure) -> any ArchiveBytes {
        let file: ByteFile
        let isTar: Bool
        do throws(SignalError) {
            file = try ByteFile(SignalContent(path: path))
            isTar = try file.bytes(upTo: 5, at: 257) == Array("ustar".utf8)
        } catch {
            throw ArchiveFailure(error)
        }
        if isTar { return PlainBytes(file) }
        if let gzip = try GzipBytes(file) { return gzip }
        return try FilteredBytes(file, path: path) ?? PlainBytes(file)
    }

    /// Whether the bytes in the archive are those of the tar.
    var isCompressed: Bool { stream?.bytes.isCompressed ?? false }

    /// The next entry; nil at the end.
    ///
    /// - Throws: ``ArchiveFailure`` if the archive is cut off or damaged.
    func next() throws(ArchiveFailure) -> Entry? {
        var entry: OpaquePointer?
        let status = archive_read_next_header(handle, &entry)
        if status == ARCHIVE_EOF {
            try finish()
            return nil
        }
        // To try again is what it says of a header whose checksum is wrong; the next is in its bytes.
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else { throw failure() }
        defer { nextOrdinal += 1 }
        let link = archive_entry_hardlink(entry) ?? archive_entry_symlink(entry)
        let name = Self.name(entry)
        return Entry(
            ordinal: nextOrdinal, name: name.map { String(cString: $0) } ?? "",
            isNameUnicode: name.flatMap { String(validatingCString: $0) } != nil,
            isFile: archive_entry_filetype(entry) == S_IFREG && link == nil,
            isSpecial: [S_IFIFO, S_IFCHR, S_IFBLK].contains(archive_entry_filetype(entry))
                && link == nil,
            link: link.map { String(cString: $0) },
            byteCount: max(0, Int(archive_entry_size(entry))),
            isSparse: archive_entry_sparse_count(entry) > 0,
            doubt: status == ARCHIVE_WARN ? doubt() : nil)
    }

    /// Where the bytes of the entry that came last lie in the archive's file; nil if that holds others,
    /// or ends before them.
    func part(of entry: Entry) -> SignalContent.Part? {
        guard let file = stream?.bytes.plainFile, !entry.isSparse else { return nil }
        let start = Int(archive_filter_bytes(handle, 0))
        guard start % Self.blockLength == 0, entry.byteCount <= file.byteCount - start else {
            return nil
        }
        return SignalContent.Part(file: file, range: start..<start + entry.byteCount)
    }

    /// Steps over what is left of the current entry; returns where in the tar it ends.
    ///
    /// - Throws: ``ArchiveFailure`` if the archive ends before.
    func skip() throws(ArchiveFailure) -> Int {
        guard archive_read_data_skip(handle) == ARCHIVE_OK else { throw failure() }
        end = Int(archive_filter_bytes(handle, 0))
        return end
    }

    /// The failure that says most: a compressed archive whose checksum is wrong may fail as a tar first.
    func verdict(_ failure: ArchiveFailure) -> ArchiveFailure {
        guard isCompressed, let stream, stream.failure == nil else { return failure }
        do throws(ArchiveFailure) {
            _ = try stream.readRest(from: Int(archive_filter_bytes(handle, 0)))
            return failure
        } catch {
            return error
        }
    }

    /// Looks at what follows the last entry.
    private func finish() throws(ArchiveFailure) {
        guard let stream else { return }
        let position = Int(archive_filter_bytes(handle, 0))
        if try stream.readRest(from: position) {
            oddEnd = "more follows its end, and was not read: members, or bytes that are none of it"
        } else if position - end < Self.blockLength {
            oddEnd = "it ends without the mark of its end, so that members may be missing"
        }
    }

    /// Passes the bytes of the current entry on, piece by piece.
    ///
    /// - Throws: ``ArchiveFailure`` if the archive ends before the entry does, or `take` throws.
    func read(
        _ take: (UnsafeRawBufferPointer) throws(ArchiveFailure) -> Void
    ) throws(ArchiveFailure) {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            if ReadingStop.isAsked { throw ArchiveFailure("the run was stopped") }
            let count = buffer.withUnsafeMutableBytes {
                archive_read_data(handle, $0.baseAddress, $0.count)
            }
            if count == 0 { return }
            guard count > 0 else { throw failure() }
            try buffer.withUnsafeBufferPointer { bytes throws(ArchiveFailure) in
                try take(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[..<count])))
            }
        }
    }

    /// The next bytes of the current entry, `count` of them if there are so many.
    func read(first count: Int) throws(ArchiveFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var filled = 0
        while filled < bytes.count {
            let read = bytes.withUnsafeMutableBytes {
                archive_read_data(handle, $0.baseAddress?.advanced(by: filled), $0.count - filled)
            }
            if read == 0 { break }
            guard read > 0 else { throw failure() }
            filled += read
        }
        return Array(bytes[..<filled])
    }

    /// The name in UTF-8; what the C locale cannot convert as its bytes.
    private static func name(_ entry: OpaquePointer) -> UnsafePointer<CChar>? {
        archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
    }

    /// What libarchive warns of; that a name is none of the locale's is no matter here.
    private func doubt() -> String? {
        let text = ArchiveFailure.text(handle)
        return text.contains("be converted") ? nil : text
    }

    private func failure() -> ArchiveFailure {
        stream?.failure ?? ArchiveFailure(ArchiveFailure.text(handle))
    }
}
