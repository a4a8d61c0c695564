import EchoFormats
import FoundationEssentials
import Glibc

/// ffmpeg, which decodes what libsndfile does not read: to float32 samples at the file's own rate, with
/// all its channels, in a temporary file.
///
/// It gets the file as an open descriptor and never its name, so that no name is an option or an
/// address; it may open no other file, and playlists, which would name others, are no format here.
enum FFmpeg {
    private static let program = "ffmpeg"
    /// What it may take a file for: no playlist, no device, no list of other files.
    private static let formats = """
        aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,iff,dts,dtshd,eac3,flac,flv,matroska,webm,mov,mp4,\
        m4a,3gp,3g2,mj2,mp3,mpc,mpc8,mpeg,mpegts,mlp,nut,ogg,rm,tak,truehd,tta,w64,wav,wv,xwma
        """

    private static var arguments: [String] {
        [
            program, "-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist",
            "file",
            "-format_whitelist", formats, "-i", "file:\(input)", "-map", "0:a", "-c:a", "pcm_f32be",
            "-f", "au", "pipe:1",
        ]
    }

    private static var input: String { "/proc/self/fd/\(ChildProcess.inputDescriptor)" }

    /// Decodes a file.
    ///
    /// - Throws: ``SignalError`` if ffmpeg is not there, or cannot read it, with its last line.
    static func decode(
        _ content: SignalContent, _ isUnwanted: () -> Bool
    ) throws(SignalError) -> any SampleSource {
        let file = try ByteFile(content)
        let child = try start(file, content)
        let copy: MemberCopy
        let end: ChildProcess.End?
        do throws(ArchiveFailure) {
            let made = try MemberCopy()
            end = try child.run(isUnwanted) { bytes throws(ArchiveFailure) in
                try made.write(bytes)
            }
            copy = made
        } catch {
            throw content.error(error.cause ?? .archive(error.text))
        }
        let line = lastLines(child.errorText)
        switch end {
        case nil: throw content.error(.ffmpegEnded("ffmpeg was ended: the run is to stop"))
        case .signal(SIGKILL), .signal(SIGTERM), .signal(SIGXCPU):
            throw content.error(.ffmpegEnded("ffmpeg was ended by somebody else"))
        case .signal(let number): throw content.error(.ffmpeg("it ended by signal \(number)"))
        case .unknown:
            throw content.error(
                .ffmpegEnded(
                    "how ffmpeg ended is not known, for this program ignores SIGCHLD or waits for every "
                        + "child"))
        case .status(0): break
        case .status:
            throw content.error(cause(line, String(decoding: child.errorText, as: UTF8.self)))
        }
        return try FFmpegSource(
            FileSource(SignalContent(path: content.path, copy: copy)),
            note: line.map { "ffmpeg reports: \($0)" })
    }

    private static func start(
        _ file: ByteFile, _ content: SignalContent
    ) throws(SignalError) -> ChildProcess {
        do throws(ChildProcess.Failure) {
            return try ChildProcess(arguments, input: file.descriptor)
        } catch {
            if error.number == ENOENT {
                throw content.error(
                    .noFFmpeg("needs ffmpeg, which --ffmpeg asks for, and no ffmpeg is on PATH"))
            }
            let what = "\(content.path): ffmpeg cannot be started"
            if let failure = OwnFailure(error.number, what) { throw content.error(.ours(failure)) }
            let text = String(cString: strerror(error.number))
            throw content.error(.noFFmpeg("ffmpeg cannot be started: \(text)"))
        }
    }

    private static func cause(_ line: String?, _ text: String) -> SignalError.Cause {
        guard let line else { return .ffmpeg("it gives no reason") }
        if text.contains("matches no streams") { return .ffmpeg("it has no sound") }
        if text.contains("only one stream") {
            return .ffmpeg(
                "it has several sounds; choose one (ffmpeg -i FILE -map 0:a:0 ONE.wav)")
        }
        return .ffmpeg(line)
    }

    /// The last two lines, without the name that the file has for ffmpeg; nil if it said nothing.
    private static func lastLines(_ bytes: [UInt8]) -> String? {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .filter { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("Conversion failed") }
        guard !lines.isEmpty else { return nil }
        return lines.suffix(2).map { line in
            line.replacing("file:\(input): ", with: "").replacing("file:\(input)", with: "the file")
                .replacing(#/^\[[^\]]*\] /#, with: "").trimmed
        }.joined(separator: "; ")
    }
}

/// What ffmpeg decoded, and what it said of it.
private final class FFmpegSource: SampleSource {
    let note: String?
    private let source: FileSource

    init(_ source: FileSource, note: String?) {
        (self.source, self.note) = (source, note)
    }

    var path: String { source.path }
    var sampleRate: Int { source.sampleRate }
    var channelCount: Int { source.channelCount }
    var declaredFrameCount: Int? { source.declaredFrameCount }

    func rewind() throws(SignalError) { try source.rewind() }

    func read(into block: inout [Float]) throws(SignalError) -> Int {
        try source.read(into: &block)
    }

    func skip(_ count: Int) throws(SignalError) -> Int { try source.skip(count) }
}
