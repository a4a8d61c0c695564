import CLibArchive
import Foundation

/// A tar file, perhaps compressed, that libarchive reads from start to end, once.
///
/// Compression: gzip, bzip2, xz, lzma, zstd, lz4 and compress, each by its library: libarchive is not
/// let to start programs for others.
final class ArchiveReader {
    /// What the archive says of an entry.
    struct Entry {
        /// Position in the archive, from 0.
        let ordinal: Int
        /// As the archive has it, hostile or not; replacement characters for what is not UTF-8.
        let name: String
        /// A file with bytes of its own: no folder, no link, no device.
        let isFile: Bool
        /// What its header promises.
        let byteCount: Int
    }

    private let handle: OpaquePointer
    private var nextOrdinal = 0

    /// - Throws: ``ArchiveFailure`` where it cannot be opened or is no tar.
    init(path: String) throws(ArchiveFailure) {
        guard let handle = archive_read_new() else { throw ArchiveFailure("out of memory") }
        self.handle = handle
        archive_read_support_format_tar(handle)
        for support in [
            archive_read_support_filter_gzip, archive_read_support_filter_bzip2,
            archive_read_support_filter_xz, archive_read_support_filter_lzma,
            archive_read_support_filter_zstd, archive_read_support_filter_lz4,
            archive_read_support_filter_compress,
        ] {
            _ = support(handle)
        }
        guard archive_read_open_filename(handle, path, 1 << 18) == ARCHIVE_OK else {
            throw failure()
        }
    }

    deinit { archive_read_free(handle) }

    /// Whether the bytes in the archive are those of the tar.
    var isCompressed: Bool {
        let last = archive_filter_count(handle) - 1
        return (0..<last).contains { archive_filter_code(handle, $0) != ARCHIVE_FILTER_NONE }
    }

    /// The next entry; nil at the end.
    ///
    /// - Throws: ``ArchiveFailure`` where the archive is cut off or damaged.
    func next() throws(ArchiveFailure) -> Entry? {
        var entry: OpaquePointer?
        let status = archive_read_next_header(handle, &entry)
        if status == ARCHIVE_EOF { return nil }
        guard status >= ARCHIVE_WARN, let entry else { throw failure() }
        defer { nextOrdinal += 1 }
        let isFile =
            archive_entry_filetype(entry) == S_IFREG && archive_entry_hardlink(entry) == nil
        return Entry(
            ordinal: nextOrdinal, name: Self.name(entry), isFile: isFile,
            byteCount: max(0, Int(archive_entry_size(entry))))
    }

    /// Passes the bytes of the current entry on, piece by piece.
    ///
    /// - Throws: ``ArchiveFailure`` where the archive ends before the entry does, or `take` throws.
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

    /// The name in UTF-8; what the C locale cannot convert as its bytes.
    private static func name(_ entry: OpaquePointer) -> String {
        let name = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
        return name.map { String(cString: $0) } ?? ""
    }

    private func failure() -> ArchiveFailure {
        let text = archive_error_string(handle).map { String(cString: $0) } ?? "libarchive fails"
        return ArchiveFailure(text)
    }
}
