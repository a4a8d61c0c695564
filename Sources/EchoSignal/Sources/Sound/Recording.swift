import CSndFile
import Glibc
import Synchronization

/// A recording that libsndfile has opened: float32 samples, read once from start to end.
///
/// Integer formats are scaled to [-1, 1); float formats come as they are.
package final class Recording {
    package let path: String
    /// Hz, as the header says.
    package let sampleRate: Int
    package let channelCount: Int
    /// Samples of each channel as the header says, which may lie; nil if it does not say.
    package let declaredFrameCount: Int?

    /// Whether samples are integers of 16 bits or fewer, which decode to themselves.
    package let isPCM16: Bool
    /// What is unusual about it, once it was read to its end; nil if nothing is.
    private(set) var note: String?
    private let handle: OpaquePointer
    /// What libsndfile reads; it holds on to it by a pointer.
    private let bytes: PiecedBytes?
    private let layout: SoundLayout
    /// Whether its decoder can start anywhere and give the same samples.
    private let seeksExactly: Bool
    private var position = 0

    /// libsndfile keeps the reason why an open failed in a global variable.
    private static let opening = Mutex(())

    /// Opens a file.
    ///
    /// - Throws: ``SignalError`` if it is missing, is not a regular file, or is nothing that
    ///   libsndfile reads.
    package convenience init(_ content: SignalContent) throws(SignalError) {
        let file = try ByteFile(content)
        try self.init(content, file, SoundLayout(file, content))
    }

    /// Opens what `layout` makes of `file`.
    init(
        _ content: SignalContent, _ file: ByteFile, _ layout: SoundLayout
    ) throws(SignalError) {
        var info = SF_INFO()
        let opened = try Self.open(content, PiecedBytes(file, layout.pieces), layout, &info)
        (handle, bytes) = opened
        path = content.path
        self.layout = layout
        sampleRate = Int(info.samplerate)
        channelCount = Int(info.channels)
        declaredFrameCount =
            layout.sampleCount ?? (info.frames == sf_count_t.max ? nil : Int(info.frames))
        let samples = info.format & Int32(SF_FORMAT_SUBMASK)
        isPCM16 =
            layout.scale == 1
            && [SF_FORMAT_PCM_16, SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8].contains {
                Int32($0) == samples
            }
        let container = info.format & Int32(SF_FORMAT_TYPEMASK)
        seeksExactly =
            info.seekable != 0 && container != Int32(SF_FORMAT_OGG)
            && container != Int32(SF_FORMAT_MPEG)
        note = layout.note ?? (layout.knowsLength ? nil : CutOff.note(opened.handle))
        if let doubt = layout.doubt, samples != Int32(SF_FORMAT_FLOAT) {
            throw content.error(.ambiguousSamples(doubt))
        }
    }

    deinit { sf_close(handle) }

    private static func open(
        _ content: SignalContent, _ bytes: PiecedBytes, _ layout: SoundLayout,
        _ info: inout SF_INFO
    ) throws(SignalError) -> (handle: OpaquePointer, bytes: PiecedBytes?) {
        var opened: OpaquePointer?
        var (code, text): (Int32, String) = (0, "")
        var callbacks = PiecedBytes.callbacks
        Self.opening.withLock { _ in
            opened = sf_open_virtual(
                &callbacks, Int32(SFM_READ), &info, Unmanaged.passUnretained(bytes).toOpaque())
            guard opened == nil else { return }
            (code, text) = (sf_error(nil), Self.text(of: nil))
        }
        if let failure = bytes.failure {
            if let opened { sf_close(opened) }
            throw failure
        }
        bytes.reachedEnd = false
        if let opened { return (opened, bytes) }
        // What has no header goes by its name's ending, which callbacks have none of.
        if code == SF_ERR_UNRECOGNISED_FORMAT, FileKind.goesByName(content.path), layout.isWhole {
            info = SF_INFO()
            let named = Self.opening.withLock { _ in
                sf_open(content.location, Int32(SFM_READ), &info)
            }
            if let named { return (named, nil) }
        }
        // What it says where it finds no frame, as if the file were not there.
        if text.hasPrefix("File does not exist") { text = "it holds no whole frame of an MP3" }
        throw content.error(
            FileKind.cause(layout.start, path: content.path) ?? .unreadable(text))
    }

    /// Fills `block` with the next samples, channels interleaved.
    ///
    /// - Returns: samples of each channel read; 0 at the end.
    /// - Throws: ``SignalError`` if decoding stops before the end.
    package func read(into block: inout [Float]) throws(SignalError) -> Int {
        let capacity = block.count / channelCount
        let count = block.withUnsafeMutableBufferPointer {
            Int(sf_readf_float(handle, $0.baseAddress, sf_count_t(capacity)))
        }
        if layout.scale != 1 {
            for index in 0..<count * channelCount { block[index] *= layout.scale }
        }
        return try advance(count, of: capacity)
    }

    /// Likewise with the codes of samples of 16 bits or fewer, the latter in the upper bits.
    func read(codes block: UnsafeMutableBufferPointer<Int16>) throws(SignalError) -> Int {
        let capacity = block.count / channelCount
        let count = Int(sf_readf_short(handle, block.baseAddress, sf_count_t(capacity)))
        return try advance(count, of: capacity)
    }

    /// Takes note of what was read where `capacity` samples were asked for.
    private func advance(_ count: Int, of capacity: Int) throws(SignalError) -> Int {
        if let failure = bytes?.failure { throw failure }
        position += count
        if count < capacity, sf_error(handle) != 0 { try endEarly() }
        return count
    }

    /// A decoder that fails with no bytes left has met the place where the file was cut off; before
    /// that it has met damage.
    private func endEarly() throws(SignalError) {
        if endsBeforeOthers() { return }
        let text = Self.text(of: handle)
        guard position > 0, bytes?.reachedEnd == true else {
            throw SignalError(path: path, .unreadable("\(text), after \(position) samples"))
        }
        note = "cut off: it stops in the middle after \(position) samples (\(text))"
    }

    /// Whether a decoder that fails has given all that the header promises: bytes that are no samples
    /// follow.
    private func endsBeforeOthers() -> Bool {
        if layout.mayEndWithZeros, position > 0, position == declaredFrameCount ?? position,
            bytes?.isAtEnd == true
        {
            return true
        }
        guard position > 0, position == declaredFrameCount else { return false }
        note = "other bytes follow its \(position) samples, and were left out"
        return true
    }

    /// Steps over samples of each channel; false if it cannot, and stands where it stood.
    func seek(forward count: Int) -> Bool {
        guard seeksExactly, let end = declaredFrameCount, count <= end - position,
            sf_seek(handle, sf_count_t(position + count), SEEK_SET) == position + count
        else { return false }
        position += count
        return true
    }

    /// libsndfile's account of what failed, without its prefix and full stop.
    private static func text(of handle: OpaquePointer?) -> String {
        var text = String(cString: sf_strerror(handle))
        if text.hasPrefix("Error : ") { text.removeFirst("Error : ".count) }
        while text.last == "." || text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
