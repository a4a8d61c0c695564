import CLibArchive
import EchoInvariant

/// Hands the bytes of a tar to libarchive, and looks at what it leaves: libarchive is done where an
/// empty block stands, whatever follows.
///
/// libarchive keeps a pointer to it, and to its buffer.
final class TarStream {
    let bytes: any ArchiveBytes
    /// Why reading failed; nil if it did not.
    private(set) var failure: ArchiveFailure?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 15, alignment: 16)
    /// Where in the tar the buffer's bytes start, and how many there are.
    private var start = 0
    private var count = 0

    init(_ bytes: any ArchiveBytes) { self.bytes = bytes }

    deinit { buffer.deallocate() }

    /// Lets an archive read from it.
    func open(_ handle: OpaquePointer) -> Int32 {
        archive_read_open2(
            handle, Unmanaged.passUnretained(self).toOpaque(), nil,
            { _, user, place in
                let stream = TarStream.of(user)
                guard let count = stream.next() else { return Int(ARCHIVE_FATAL) }
                place?.pointee = UnsafeRawPointer(stream.buffer.baseAddress)
                return count
            },
            { _, user, count in la_int64_t(TarStream.of(user).skip(Int(count))) }, nil)
    }

    /// - Precondition: `user` is the object that was passed on opening, alive until the archive is freed.
    private static func of(_ user: UnsafeMutableRawPointer?) -> TarStream {
        guard let user else { invariantFailure("libarchive forgot whose callback it calls") }
        return Unmanaged<TarStream>.fromOpaque(user).takeUnretainedValue()
    }

    /// Fills the buffer; nil if that fails.
    private func next() -> Int? {
        start += count
        count = 0
        do throws(ArchiveFailure) {
            count = try bytes.read(into: buffer)
            return count
        } catch {
            failure = error
            return nil
        }
    }

    private func skip(_ count: Int) -> Int {
        let skipped = bytes.skip(count)
        start += skipped
        return skipped
    }

    /// Reads what follows `position`, where libarchive stopped, to the end, so that every checksum was
    /// met; of what is not compressed only as far as there are zeros.
    ///
    /// - Returns: Whether there is anything but zeros.
    func readRest(from position: Int) throws(ArchiveFailure) -> Bool {
        if let failure { throw failure }
        var isEmpty = isZero(from: max(0, position - start))
        while isEmpty || bytes.isCompressed {
            guard let count = next() else { throw failure ?? ArchiveFailure("it cannot be read") }
            if count == 0 { break }
            isEmpty = isEmpty && isZero(from: 0)
        }
        return !isEmpty
    }

    private func isZero(from offset: Int) -> Bool {
        offset >= count || buffer[offset..<count].allSatisfy { $0 == 0 }
    }
}
