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

    /// Whether samples are integers of 16 bits or fewer, which decode to themselves.
    package let isPCM16: Bool
    private let handle: OpaquePointer
    /// Whether its decoder can start anywhere and give the same samples.
    private let seeksExactly: Bool
    private var position = 0

    /// libsndfile keeps the reason why an open failed in a global variable.
    private static let opening = Mutex(())

    /// Opens a file.
    ///
    /// - Throws: ``SignalError`` where it is missing, is not a regular file, or is nothing that
    ///   libsndfile reads.
    package init(_ content: SignalContent) throws(SignalError) {
        try Self.requireFile(content)
        var info = SF_INFO()
        let (opened, text) = Self.opening.withLock { _ in
            let opened = sf_open(content.location, Int32(SFM_READ), &info)
            return (opened, opened == nil ? Self.text(of: nil) : "")
        }
        guard let opened else { throw content.error(.unreadable(text)) }
        path = content.path
        handle = opened
        sampleRate = Int(info.samplerate)
        channelCount = Int(info.channels)
        declaredFrameCount = info.frames == sf_count_t.max ? nil : Int(info.frames)
        let samples = info.format & Int32(SF_FORMAT_SUBMASK)
        isPCM16 = [SF_FORMAT_PCM_16, SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8].contains {
            Int32($0) == samples
        }
        let container = info.format & Int32(SF_FORMAT_TYPEMASK)
        seeksExactly =
            info.seekable != 0 && container != Int32(SF_FORMAT_OGG)
            && container != Int32(SF_FORMAT_MPEG)
    }

    deinit { sf_close(handle) }

    /// What is odd about its length; nil where nothing is.
    var note: String? { CutOff.note(handle) }

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

    /// Steps over samples of each channel; false where it cannot, and stands where it stood.
    func seek(forward count: Int) -> Bool {
        guard seeksExactly, let end = declaredFrameCount, count <= end - position,
            sf_seek(handle, sf_count_t(position + count), SEEK_SET) == position + count
        else { return false }
        position += count
        return true
    }

    private static func requireFile(_ content: SignalContent) throws(SignalError) {
        var status = stat()
        guard stat(content.location, &status) == 0 else {
            throw content.error(.missing(String(cString: strerror(errno))))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw content.error(.notAFile) }
    }

    /// libsndfile's account of what failed, without its prefix and full stop.
    private static func text(of handle: OpaquePointer?) -> String {
        var text = String(cString: sf_strerror(handle))
        if text.hasPrefix("Error : ") { text.removeFirst("Error : ".count) }
        while text.last == "." || text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
