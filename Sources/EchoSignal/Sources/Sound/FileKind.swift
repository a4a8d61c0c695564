/// What a file that libsndfile does not read is by its first bytes or its name, so that the reason given
/// is the true one.
enum FileKind {
    /// Endings of what ffmpeg reads and libsndfile does not; lower case, without the dot.
    static let endingsOfFFmpeg: Set<String> = [
        "m4a", "m4b", "mp4", "m4v", "mov", "3gp", "3g2", "aac", "wma", "wmv", "asf", "mkv", "mka",
        "webm", "avi", "flv", "mts", "m2ts", "mpg", "mpeg", "ogv", "amr", "awb", "ac3", "eac3",
        "dts",
        "ape", "wv", "tta", "mpc", "dsf", "dff", "ra", "rm", "tak", "thd", "mlp",
    ]
    /// Files without a header, which libsndfile would take any bytes for: what their samples are, and how
    /// sox writes a WAV of them.
    private static let headerless: [String: String] = [
        "vox": "sox -t vox -r 8000 FILE ONE.wav", "gsm": "sox -t gsm -r 8000 FILE ONE.wav",
        "ul": "sox -t ul -r 8000 FILE ONE.wav", "al": "sox -t al -r 8000 FILE ONE.wav",
    ]

    /// Whether a name ends as what ffmpeg reads and libsndfile does not.
    static func isOfFFmpeg(_ path: String) -> Bool { endingsOfFFmpeg.contains(ending(path)) }

    /// Whether libsndfile must have the name of such a file: what it is lies in a second one beside it.
    static func goesByName(_ path: String) -> Bool { ending(path) == "sd2" }

    /// Why libsndfile cannot read a file that starts so; nil if nothing is known.
    static func cause(_ start: [UInt8], path: String) -> SignalError.Cause? {
        if let name = archive(start) {
            return .malformed(
                format: "a recording",
                "it is \(name); unpack it, or pack a tar (.tar, .tar.gz, ...)")
        }
        let text = String(decoding: start, as: UTF8.self)
        let lower = text.lowercased()
        if lower.hasPrefix("<!doctype html") || lower.hasPrefix("<html") {
            return .malformed(format: "a recording", "it is a web page; fetch the file anew")
        }
        if text.hasPrefix("version https://git-lfs") {
            return .malformed(format: "a recording", "it is a pointer of Git LFS; run git lfs pull")
        }
        if let name = media(start) ?? (isOfFFmpeg(path) ? "a .\(ending(path)) file" : nil) {
            return .needsFFmpeg(
                "is \(name), which libsndfile does not read and ffmpeg does",
                remedy: "Give --ffmpeg to decode it with ffmpeg, which must be installed (Debian: "
                    + "ffmpeg).")
        }
        if let command = headerless[ending(path)] {
            return .malformed(
                format: "a recording",
                """
                a .\(ending(path)) file has no header, so nothing tells its sample rate or whether it is \
                sound; convert it, such as with \(command)
                """)
        }
        if ["au", "snd"].contains(ending(path)) {
            return .malformed(
                format: "an AU recording", "it does not begin with .snd, as every AU file does")
        }
        return nil
    }

    /// What kind of archive or compressed file starts so; nil if it is none.
    static func archive(_ start: [UInt8]) -> String? {
        let kinds: [(bytes: [UInt8], name: String)] = [
            (Array("PK".utf8) + [3, 4], "a zip archive"), ([0x1F, 0x8B], "compressed with gzip"),
            (Array("BZh".utf8), "compressed with bzip2"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "compressed with xz"),
            ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd"),
            ([0x37, 0x7A, 0xBC, 0xAF], "a 7-zip archive"), (Array("Rar!".utf8), "a RAR archive"),
        ]
        return kinds.first { start.starts(with: $0.bytes) }?.name
    }

    private static func media(_ start: [UInt8]) -> String? {
        let kinds: [(offset: Int, bytes: [UInt8], name: String)] = [
            (4, Array("ftyp".utf8), "an MP4 or M4A file"),
            (4, Array("moov".utf8), "a QuickTime file"),
            (4, Array("mdat".utf8), "a QuickTime file"),
            (4, Array("wide".utf8), "a QuickTime file"),
            (0, [0x30, 0x26, 0xB2, 0x75], "a WMA or other ASF file"),
            (0, [0x1A, 0x45, 0xDF, 0xA3], "a Matroska or WebM file"),
            (0, Array("FLV".utf8), "an FLV file"), (8, Array("AVI ".utf8), "an AVI file"),
            (0, Array("#!AMR".utf8), "an AMR file"), (0, [0x0B, 0x77], "an AC-3 file"),
            (0, [0xFF, 0xF1], "an AAC file"), (0, [0xFF, 0xF9], "an AAC file"),
            (0, Array("MAC ".utf8), "a Monkey's Audio file"),
            (0, Array("wvpk".utf8), "a WavPack file"),
            (0, Array("TTA1".utf8), "a TTA file"), (0, Array("DSD ".utf8), "a DSD file"),
            (0, Array("MPCK".utf8), "a Musepack file"),
            (0, Array("OggS".utf8), "Ogg of another codec"),
        ]
        let known = kinds.first { kind in
            start.count >= kind.offset + kind.bytes.count
                && start.dropFirst(kind.offset).starts(with: kind.bytes)
        }
        if let known { return known.name }
        // Behind the marker and a block's header, STREAMINFO has the bits of a sample less one.
        guard start.starts(with: Array("fLaC".utf8)), start.count > 21 else { return nil }
        let bits = Int(start[20] & 1) << 4 | Int(start[21] >> 4)
        return [7, 15, 23].contains(bits) ? nil : "FLAC of \(bits + 1) bits"
    }

    private static func ending(_ path: String) -> String {
        guard let dot = path.lastIndex(of: ".") else { return "" }
        return path[path.index(after: dot)...].lowercased()
    }
}
