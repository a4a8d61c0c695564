import CSndFile
import Foundation
import Synchronization

/// A recording that libsndfile has opened: float32 samples, read once from start to end.
///
/// Integer formats are scaled to [-1, 1); float formats come as they are.
package final class Recording {
    package let path: String
    /// Hz, as the header says.
    package let sampleRate: Int
    package let channelCount: Int
    /// Samples of each channel as the header says, which may lie; nil where it does not say.
    package let declaredFrameCount: Int?

    private let handle: OpaquePointer
    private var position = 0

    /// libsndfile keeps the reason why an open failed in a global variable.
    private static let opening = Mutex(())

    /// Opens the file at `path`.
    ///
    /// - Throws: ``SignalError`` where it is missing, is not a regular file, or is nothing that
    ///   libsndfile reads.
    package init(path: String) throws(SignalError) {
        try Self.requireFile(path)
        var info = SF_INFO()
        // libsndfile takes "-" for standard input.
        let file = path == "-" ? "./-" : path
        let (opened, text) = Self.opening.withLock { _ in
            let opened = sf_open(file, Int32(SFM_READ), &info)
            return (opened, opened == nil ? Self.text(of: nil) : "")
        }
        guard let opened else { throw SignalError(path: path, .unreadable(text)) }
        self.path = path
        handle = opened
        sampleRate = Int(info.samplerate)
        channelCount = Int(info.channels)
        declaredFrameCount = info.frames == sf_count_t.max ? nil : Int(info.frames)
    }

    deinit { sf_close(handle) }

    /// Fills `block` with the next samples, channels interleaved.
    ///
    /// - Returns: samples of each channel read; 0 at the end.
    /// - Throws: ``SignalError`` where decoding stops before the end.
    package func read(into block: inout [Float]) throws(SignalError) -> Int {
        let capacity = block.count / channelCount
        let count = block.withUnsafeMutableBufferPointer {
            Int(sf_readf_float(handle, $0.baseAddress, sf_count_t(capacity)))
        }
        position += count
        if count < capacity, sf_error(handle) != 0 {
            let text = "\(Self.text(of: handle)), after \(position) samples"
            throw SignalError(path: path, .unreadable(text))
        }
        return count
    }

    private static func requireFile(_ path: String) throws(SignalError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw SignalError(path: path, .missing(String(cString: strerror(errno))))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SignalError(path: path, .notAFile) }
    }

    /// libsndfile's account of what failed, without its prefix and full stop.
    private static func text(of handle: OpaquePointer?) -> String {
        var text = String(cString: sf_strerror(handle))
        if text.hasPrefix("Error : ") { text.removeFirst("Error : ".count) }
        while text.last == "." || text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
