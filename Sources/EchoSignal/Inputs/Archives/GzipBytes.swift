import CZlib

/// A tar compressed with gzip, in one stream or in several one after the other, the checksum and length
/// of each compared: libarchive reads over them.
final class GzipBytes: ArchiveBytes {
    let isCompressed = true
    private let file: ByteFile
    /// zlib remembers where it lies, so it must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var input = [UInt8](repeating: 0, count: 1 << 18)
    /// Where the next input is read, and which of `input` are left.
    private var position = 0
    private var left = 0..<0
    /// Bytes that came out, and those of streams that ended with the right checksum.
    private var count = 0
    private var verifiedCount = 0
    private var isInStream = false
    private var isAtEnd = false

    private static let marker: [UInt8] = [0x1F, 0x8B]
    /// zlib's largest window, and gzip's header and trailer.
    private static let windowBits: Int32 = 15 + 16

    /// Nil if the file is not compressed with gzip.
    init?(_ file: ByteFile) throws(ArchiveFailure) {
        self.file = file
        stream.initialize(to: z_stream())
        do throws(SignalError) {
            guard try file.bytes(upTo: 2, at: 0) == Self.marker else { return nil }
        } catch {
            throw ArchiveFailure(error)
        }
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
            throw ArchiveFailure.memory
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func skip(_ count: Int) -> Int { 0 }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveFailure) -> Int {
        while !isAtEnd {
            if left.isEmpty, try !fill() {
                isAtEnd = true
                guard !isInStream else { throw ArchiveFailure("it is cut off") }
                return 0
            }
            if !isInStream, try !begin() { return 0 }
            let made = try inflate(into: buffer)
            if made > 0 { return made }
        }
        return 0
    }

    /// Takes the next stream; false if none follows.
    private func begin() throws(ArchiveFailure) -> Bool {
        // What is left of the input may be half of the marker.
        if left.count < 2 {
            position -= left.count
            guard try fill() else { return false }
        }
        if input[left].starts(with: Self.marker) {
            inflateReset(stream)
            isInStream = true
            return true
        }
        isAtEnd = true
        repeat {
            guard input[left].allSatisfy({ $0 == 0 }) else {
                throw ArchiveFailure(
                    "bytes that are not gzip's follow its end", trusting: verifiedCount)
            }
        } while try fill()
        return false
    }

    private func inflate(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(ArchiveFailure) -> Int {
        let (left, capacity) = (left, min(buffer.count, Int(UInt32.max)))
        let status = input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress?.advanced(by: left.lowerBound)
            stream.pointee.avail_in = UInt32(left.count)
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(capacity)
            return CZlib.inflate(stream, Z_NO_FLUSH)
        }
        self.left = left.upperBound - Int(stream.pointee.avail_in)..<left.upperBound
        let made = capacity - Int(stream.pointee.avail_out)
        count += made
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            isInStream = false
            verifiedCount = count
        case Z_MEM_ERROR: throw ArchiveFailure.memory
        default:
            isAtEnd = true
            let text = stream.pointee.msg.map { String(cString: $0) } ?? "zlib fails (\(status))"
            throw ArchiveFailure(
                "its gzip compression is damaged (\(text))", trusting: verifiedCount)
        }
        return made
    }

    /// Reads on; false at the file's end.
    private func fill() throws(ArchiveFailure) -> Bool {
        do throws(SignalError) {
            let read = try input.withUnsafeMutableBufferPointer { bytes throws(SignalError) in
                try file.read(UnsafeMutableRawBufferPointer(bytes), at: position)
            }
            position += read
            left = 0..<read
            return read > 0
        } catch {
            throw ArchiveFailure(error)
        }
    }
}
