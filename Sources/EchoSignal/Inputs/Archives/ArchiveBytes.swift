import CLibArchive
import Glibc

/// The bytes of a tar, one after the other: as they lie in its file, or as they come out of what it is
/// compressed with.
protocol ArchiveBytes: AnyObject {
    /// Whether they are other bytes than the file's.
    var isCompressed: Bool { get }

    /// The file that they lie in as they are; nil if they do not.
    var plainFile: ByteFile? { get }

    /// Fills the start of `buffer`; returns how many bytes, 0 at the end.
    ///
    /// - Throws: ``ArchiveFailure`` if the file cannot be read, or a checksum is wrong.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveFailure) -> Int

    /// Steps over up to `count` bytes; returns how many, 0 if nothing is quicker than reading.
    func skip(_ count: Int) -> Int
}

extension ArchiveBytes {
    var plainFile: ByteFile? { nil }
}

/// A tar as it is.
final class PlainBytes: ArchiveBytes {
    let isCompressed = false
    private let file: ByteFile
    private var position = 0

    init(_ file: ByteFile) { self.file = file }

    var plainFile: ByteFile? { file }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveFailure) -> Int {
        do throws(SignalError) {
            let count = try file.read(buffer, at: position)
            position += count
            return count
        } catch {
            throw ArchiveFailure(error)
        }
    }

    func skip(_ count: Int) -> Int {
        let skipped = max(0, min(count, file.byteCount - position))
        position += skipped
        return skipped
    }
}

/// A tar compressed with bzip2, xz, lzma, zstd, lz4 or compress, each by its library: libarchive is not
/// let to start programs for others.
///
/// bzip2 and xz have checksums, zstd and lz4 if they were asked for; the libraries compare them.
final class FilteredBytes: ArchiveBytes {
    let isCompressed = true
    private let handle: OpaquePointer
    private let file: ByteFile
    private let path: String

    /// Nil if the file is compressed with none of them.
    init?(_ file: ByteFile, path: String) throws(ArchiveFailure) {
        guard let handle = archive_read_new() else { throw ArchiveFailure.memory }
        (self.handle, self.file, self.path) = (handle, file, path)
        archive_read_support_format_raw(handle)
        for support in [
            archive_read_support_filter_bzip2, archive_read_support_filter_xz,
            archive_read_support_filter_lzma, archive_read_support_filter_zstd,
            archive_read_support_filter_lz4, archive_read_support_filter_compress,
        ] {
            _ = support(handle)
        }
        var entry: OpaquePointer?
        guard archive_read_open_fd(handle, file.descriptor, 1 << 18) == ARCHIVE_OK,
            archive_read_next_header(handle, &entry) == ARCHIVE_OK
        else { throw failure() }
        let last = archive_filter_count(handle) - 1
        let isFiltered = (0..<last).contains {
            archive_filter_code(handle, $0) != ARCHIVE_FILTER_NONE
        }
        if !isFiltered { return nil }
    }

    deinit { archive_read_free(handle) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveFailure) -> Int {
        let count = archive_read_data(handle, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw failure() }
        return count
    }

    func skip(_ count: Int) -> Int { 0 }

    /// Where the bytes end too early, those before are sound; if they are damaged, none is sure: a
    /// checksum stands behind what it is of.
    private func failure() -> ArchiveFailure {
        let number = archive_errno(handle)
        if [EIO, ESTALE, ETIMEDOUT, EACCES, ENOMEM].contains(number) {
            return ArchiveFailure(SignalError(path: path, system: number))
        }
        let text = ArchiveFailure.text(handle)
        // liblzma's words for it are others.
        let isCut = ["truncated", "no progress"].contains { text.lowercased().contains($0) }
        return ArchiveFailure(text, trusting: isCut ? .max : 0)
    }
}

extension ArchiveFailure {
    static var memory: ArchiveFailure {
        OwnFailure(ENOMEM, "an archive cannot be read").map(ArchiveFailure.init)
            ?? ArchiveFailure("out of memory")
    }

    /// libarchive's account of what failed.
    static func text(_ handle: OpaquePointer) -> String {
        archive_error_string(handle).map { String(cString: $0) } ?? "libarchive fails"
    }
}
