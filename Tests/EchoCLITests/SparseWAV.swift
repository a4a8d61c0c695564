import Foundation

/// Recordings of silence that take no room on the disk: a header, and a hole.
enum SparseWAV {
    /// Writes 16-bit PCM, of up to 4 GiB as WAV has it.
    static func write(_ path: String, channels: Int, sampleRate: Int, seconds: Int) throws {
        let frameSize = 2 * channels
        let byteCount = seconds * sampleRate * frameSize
        var header = Data("RIFF".utf8)
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { header.append(contentsOf: $0) }
        }
        append(UInt32(36 + byteCount))
        header += Data("WAVEfmt ".utf8)
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(channels))
        append(UInt32(sampleRate))
        append(UInt32(sampleRate * frameSize))
        append(UInt16(frameSize))
        append(UInt16(16))
        header += Data("data".utf8)
        append(UInt32(byteCount))
        try header.write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: UInt64(header.count + byteCount))
        try file.close()
    }
}
