import CSndFile
import EchoInvariant
import Glibc
import Synchronization

/// Files that libsndfile writes into memory.
enum SoundWriter {
    /// libsndfile keeps the reason why an open failed in a global variable.
    private static let opening = Mutex(())

    /// - Parameter code: libsndfile's number for the file's format and its samples'.
    /// - Throws: ``SignalError`` if there are no samples, or libsndfile cannot.
    static func write(_ samples: SoundSamples, as code: Int32) throws(SignalError) -> [UInt8] {
        guard samples.frameCount > 0 else { throw SignalError(path: "clip", .empty) }
        let file = MemoryFile()
        var info = SF_INFO()
        info.samplerate = Int32(clamping: samples.sampleRate)
        info.channels = Int32(clamping: samples.channelCount)
        info.format = code
        var callbacks = MemoryFile.callbacks
        var (handle, reason): (OpaquePointer?, String) = (nil, "")
        Self.opening.withLock { _ in
            handle = sf_open_virtual(
                &callbacks, Int32(SFM_WRITE), &info, Unmanaged.passUnretained(file).toOpaque())
            if handle == nil { reason = String(cString: sf_strerror(nil)) }
        }
        guard let handle else { throw failure(reason) }
        prepare(handle, code)
        let written = write(samples, to: handle, as: code)
        reason = String(cString: sf_strerror(handle))
        guard sf_close(handle) == 0, written == samples.frameCount else { throw failure(reason) }
        return withExtendedLifetime(file) { file.bytes }
    }

    private static func prepare(_ handle: OpaquePointer, _ code: Int32) {
        // Its time of writing would make other bytes of the same samples.
        sf_command(handle, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
    }

    /// - Returns: Samples of each channel that were taken.
    private static func write(
        _ samples: SoundSamples, to handle: OpaquePointer, as code: Int32
    ) -> sf_count_t {
        let frames = sf_count_t(samples.frameCount)
        let bits: Double
        switch Int(code) & SF_FORMAT_SUBMASK {
        case SF_FORMAT_PCM_16: bits = 16
        case SF_FORMAT_PCM_24: bits = 24
        default: return sf_writef_float(handle, samples.values, frames)
        }
        // As integers, because of fractions libsndfile takes 0x7FFF as full scale, and reads 0x8000.
        let scale = exp2(bits - 1)
        let codes = samples.values.map { value in
            let code = min(max((Double(value) * scale).rounded(), -scale), scale - 1)
            return Int32(code * exp2(32 - bits))
        }
        return sf_writef_int(handle, codes, frames)
    }

    private static func failure(_ text: String) -> SignalError {
        SignalError(path: "clip", .coding(text))
    }
}

/// A file in memory, for libsndfile's callbacks.
private final class MemoryFile {
    private(set) var bytes: [UInt8] = []
    private var position = 0

    static var callbacks: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { sf_count_t(MemoryFile.of($0).bytes.count) },
            seek: { sf_count_t(MemoryFile.of($2).seek(Int($0), $1)) },
            read: { sf_count_t(MemoryFile.of($2).read($0, Int($1))) },
            write: { sf_count_t(MemoryFile.of($2).write($0, Int($1))) },
            tell: { sf_count_t(MemoryFile.of($0).position) })
    }

    /// - Precondition: `user` is the object that was passed with the callbacks, alive until `sf_close`.
    private static func of(_ user: UnsafeMutableRawPointer?) -> MemoryFile {
        guard let user else { invariantFailure("libsndfile forgot whose callback it calls") }
        return Unmanaged<MemoryFile>.fromOpaque(user).takeUnretainedValue()
    }

    private func seek(_ offset: Int, _ origin: Int32) -> Int {
        let base =
            switch origin {
            case SEEK_CUR: position
            case SEEK_END: bytes.count
            default: 0
            }
        guard base + offset >= 0 else { return -1 }
        position = base + offset
        return position
    }

    private func read(_ target: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        guard let target, count > 0, position < bytes.count else { return 0 }
        let end = min(bytes.count, position + count)
        UnsafeMutableRawBufferPointer(start: target, count: count).copyBytes(
            from: bytes[position..<end])
        defer { position = end }
        return end - position
    }

    private func write(_ source: UnsafeRawPointer?, _ count: Int) -> Int {
        guard let source, count > 0 else { return 0 }
        if bytes.count < position { bytes += repeatElement(0, count: position - bytes.count) }
        let overlap = min(count, bytes.count - position)
        let given = UnsafeRawBufferPointer(start: source, count: count)
        bytes.replaceSubrange(position..<position + overlap, with: given)
        position += count
        return count
    }
}
