import CZlib

/// A zlib stream in a file, inflated piece by piece, and its sum checked at its end.
enum ZlibStream {
    /// zlib makes no more than so many bytes of one.
    static let greatestRatio = 1032
    private static let pieceLength = 1 << 16

    /// - Parameters:
    ///   - range: Where the stream is in the file.
    ///   - take: Gets the bytes; false if it needs no more.
    /// - Throws: ``SignalError`` if the stream is damaged, cut off or read no further, and what `take`
    ///   throws; of a stream that `take` leaves, the end is not looked at.
    static func inflate(
        _ file: ByteFile, _ range: Range<Int>, _ content: SignalContent,
        _ take: (UnsafeRawBufferPointer) throws(SignalError) -> Bool
    ) throws(SignalError) {
        func damaged(_ text: String) -> SignalError {
            MatFile.malformed(
                content, "the compressed variable at byte \(range.lowerBound) \(text)")
        }
        var stream = z_stream()
        guard
            inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw damaged("cannot be inflated: out of memory") }
        defer { inflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: pieceLength)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: pieceLength) {
            var input = try file.bytes(start..<min(start + pieceLength, range.upperBound))
            let inputCount = input.count
            // What was taken in may be more than a piece of what comes out.
            var (used, isFull) = (0, false)
            while used < inputCount || isFull {
                let (status, made) = input.withUnsafeMutableBufferPointer { input in
                    output.withUnsafeMutableBufferPointer { output in
                        stream.next_in = input.baseAddress?.advanced(by: used)
                        stream.avail_in = UInt32(inputCount - used)
                        stream.next_out = output.baseAddress
                        stream.avail_out = UInt32(output.count)
                        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                        used = inputCount - Int(stream.avail_in)
                        return (status, output.count - Int(stream.avail_out))
                    }
                }
                guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                    let text = stream.msg.map { String(cString: $0) } ?? "error \(status)"
                    throw damaged("is damaged: \(text)")
                }
                isFull = made == output.count
                let wantsMore = try output.withUnsafeBufferPointer { output throws(SignalError) in
                    try take(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: output[..<made])))
                }
                if !wantsMore || status == Z_STREAM_END { return }
            }
        }
        throw damaged("is cut off")
    }
}
