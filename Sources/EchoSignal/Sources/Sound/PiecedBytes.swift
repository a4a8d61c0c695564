import CSndFile
import EchoInvariant
import Glibc

/// A file as libsndfile is to see it: pieces of it, and bytes that stand in for others, one after the
/// other. So a header that lies can be put right, and a part of a file be read as a file.
///
/// libsndfile reads through callbacks and takes an error of the disk for the end: the first one is kept.
// One thread reads a recording at a time.
final class PiecedBytes {
    /// A stretch of what libsndfile sees.
    enum Piece: Hashable, Sendable {
        case file(Range<Int>)
        case bytes([UInt8])

        var count: Int {
            switch self {
            case .file(let range): range.count
            case .bytes(let bytes): bytes.count
            }
        }
    }

    /// Why reading failed; nil if it did not.
    private(set) var failure: SignalError?
    /// Whether the last byte was handed out since this was last set to false.
    var reachedEnd = false
    /// Whether the last byte was handed out, however long ago.
    var isAtEnd: Bool { position >= count }
    let count: Int
    private let file: ByteFile
    private let pieces: [Piece]
    /// Where each piece starts.
    private let starts: [Int]
    private var position = 0

    init(_ file: ByteFile, _ pieces: [Piece]) {
        self.file = file
        self.pieces = pieces.filter { $0.count > 0 }
        var starts: [Int] = []
        var count = 0
        for piece in self.pieces {
            starts.append(count)
            count += piece.count
        }
        (self.starts, self.count) = (starts, count)
    }

    /// What libsndfile calls; each is handed this object.
    static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { sf_count_t(PiecedBytes.of($0).count) },
            seek: { offset, origin, user in
                sf_count_t(PiecedBytes.of(user).seek(Int(offset), origin))
            },
            read: { buffer, count, user in
                guard let buffer, count > 0 else { return 0 }
                let target = UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))
                return sf_count_t(PiecedBytes.of(user).read(target))
            },
            write: { _, _, _ in 0 },
            tell: { sf_count_t(PiecedBytes.of($0).position) })
    }

    /// - Precondition: `user` is the object that was passed with the callbacks, alive until `sf_close`.
    private static func of(_ user: UnsafeMutableRawPointer?) -> PiecedBytes {
        guard let user else { invariantFailure("libsndfile forgot whose callback it calls") }
        return Unmanaged<PiecedBytes>.fromOpaque(user).takeUnretainedValue()
    }

    private func seek(_ offset: Int, _ origin: Int32) -> Int {
        let base =
            switch origin {
            case SEEK_CUR: position
            case SEEK_END: count
            default: 0
            }
        let (sum, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, sum >= 0 else { return -1 }
        position = sum
        return position
    }

    private func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while filled < buffer.count, position < count, failure == nil {
            let index = pieceIndex()
            let offset = position - starts[index]
            let wanted = min(buffer.count - filled, pieces[index].count - offset)
            let rest = UnsafeMutableRawBufferPointer(
                rebasing: buffer[filled..<filled + wanted])
            let read = copy(pieces[index], from: offset, into: rest)
            filled += read
            position += read
            if read < wanted { break }
        }
        if filled < buffer.count || position >= count { reachedEnd = true }
        return filled
    }

    private func copy(
        _ piece: Piece, from offset: Int, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        switch piece {
        case .bytes(let bytes):
            buffer.copyBytes(from: bytes[offset..<offset + buffer.count])
            return buffer.count
        case .file(let range):
            do throws(SignalError) {
                return try file.read(buffer, at: range.lowerBound + offset)
            } catch {
                failure = error
                return 0
            }
        }
    }

    /// The piece that holds `position`, which lies before the end.
    private func pieceIndex() -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= position { low = middle } else { high = middle }
        }
        return low
    }
}
