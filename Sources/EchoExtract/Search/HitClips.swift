import EchoFormats
import EchoSignal
import EchoStore
import FoundationEssentials

/// Writes the sound of hits to a folder, exactly as it was recorded.
struct HitClips {
    private let folder: String
    private let archive: RecordingArchive
    /// What lay in the folder before, in a sentence; nil for nothing.
    let note: String?

    /// - Throws: ``EchoError`` if the folder cannot be made, or the recordings' is not there.
    init(_ folder: String, of request: SearchRequest) throws(EchoError) {
        self.folder = folder
        try RecordingPlaces.requireRoot(request.recordings)
        archive = try RecordingArchive(request.folder, root: request.recordings)
        do throws(StoreError) { try FolderSync.create(folder) } catch { throw EchoError(error) }
        let count = (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0
        note =
            count == 0
            ? nil
            : "\(count.counted("file")) lay in \(folder) before this search: they are none of its hits, "
                + "unless a hit has taken the name."
    }

    /// Writes a hit's sound: the segment, or the whole recording.
    ///
    /// - Parameters:
    ///   - name: What its file is called, without the ending.
    ///   - part: Seconds from where that begins which was embedded; nil for all.
    /// - Returns: The file, and what is unusual about the recording.
    /// - Throws: ``EchoError`` of kind `input`, `data` or `signal` if the recording is gone, another or
    ///   unreadable; of kind `create` or `write` if the file cannot be.
    func write(
        _ name: String, _ entry: ManifestEntry, part: Range<Double>?
    ) throws(EchoError) -> (path: String, note: String?) {
        let recording = try archive.recording(entry)
        var samples = try recording.samples(from: part?.lowerBound ?? 0, to: part?.upperBound)
        if let channel = recording.channel, channel < samples.channelCount {
            samples = samples.channel(channel)
        }
        let path = folder.asFolderPrefix + name + ".wav"
        let clip: SoundClip
        do throws(SignalError) { clip = try SoundClip(exact: samples) } catch {
            throw EchoError(error)
        }
        do throws(StoreError) {
            try ReplaceableFile.require(path, start: Array("RIFF".utf8), kind: "a WAV file")
            try SmallFile.replace(path, with: clip.bytes)
        } catch {
            throw EchoError(error)
        }
        return (path, recording.note)
    }

    private static let safeScalars = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_".unicodeScalars)

    /// The file name of a hit: the query's number, the rank, and the recording's name as far as it is safe.
    static func name(query: Int, rank: Int, _ entry: ManifestEntry, part: Range<Double>?) -> String
    {
        let safe = entry.source.id.fileName.unicodeScalars.prefix(80).map { scalar in
            safeScalars.contains(scalar) ? Character(scalar) : "_"
        }
        let time =
            part.map {
                "-\($0.lowerBound.formatted(decimals: 2))-\($0.upperBound.formatted(decimals: 2))s"
            } ?? ""
        let digits = rank < 10 ? "0\(rank)" : "\(rank)"
        return "\(query)-\(digits)-\(String(safe))\(time)"
    }
}
