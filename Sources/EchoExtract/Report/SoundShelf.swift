import EchoFormats
import EchoReport
import EchoSignal
import EchoStore
import Glibc

/// Sounds and pictures of recordings for a page: read again, made small, and kept within its bytes.
struct SoundShelf {
    /// Pixels of a spectrogram.
    private static let pictureSize = (width: 480, height: 150)
    /// Endings of files that browsers play themselves.
    private static let playedEndings: Set = [
        "wav", "flac", "mp3", "ogg", "oga", "opus", "m4a", "aac",
    ]

    let seconds: Double
    let linksAudio: Bool
    /// The page's folder, absolute.
    let pageFolder: String
    private(set) var clips: [ReportContent.Clip] = []
    private(set) var pictureCount = 0
    /// Recordings that are gone or cannot be read, by their names.
    private(set) var missing: Set<RowName> = []
    private(set) var firstProblem: String?
    /// Pictures and sounds of examples for which the page had no room.
    private(set) var leftOutCount = 0
    private(set) var budget: PageBudget
    private var clipOf: [RowName: Int] = [:]

    init(seconds: Double, linksAudio: Bool, pageFolder: String, budget: PageBudget) {
        (self.seconds, self.linksAudio, self.pageFolder) = (seconds, linksAudio, pageFolder)
        self.budget = budget
    }

    /// What one recording is shown by, before it takes bytes of the page.
    struct Reading {
        var columns: SpectrogramColumns?
        var heard: SoundSamples?
        var file: String?
        var notes: [String] = []
        var problem: String?
    }

    /// Reads a recording's first seconds: what cannot be read becomes the reading's problem.
    mutating func read(_ entry: ManifestEntry, from archive: RecordingArchive) -> Reading {
        var reading = Reading()
        do throws(EchoError) {
            let recording = try archive.recording(entry)
            reading.notes = recording.note.map { [$0] } ?? []
            reading.file = recording.file
            reading.columns = try recording.spectrogram(
                limit: Self.pictureSize.width, to: seconds)
            reading.heard = try recording.heard(to: seconds)
        } catch {
            lack(entry, error.message)
            reading.problem = error.message
        }
        return reading
    }

    private mutating func lack(_ entry: ManifestEntry, _ problem: String) {
        missing.insert(RowName(entry.source.id, entry.channel))
        firstProblem = firstProblem ?? problem
    }

    /// Adds picture and sound to a view, as far as the page has room.
    ///
    /// - Parameters:
    ///   - range: Decibels of the colours: one for pictures that are compared.
    ///   - gain: Decibels that sounds which are compared are made louder by; nil for what is necessary.
    /// - Returns: The decibels that it was made louder by.
    @discardableResult
    mutating func show(
        _ reading: Reading, of entry: ManifestEntry, in view: inout ReportExamples.View,
        range: ClosedRange<Double>?, gain: Double? = nil
    ) throws(EchoError) -> Double? {
        view.problem = reading.problem
        view.remarks = reading.notes
        if let columns = reading.columns {
            try addPicture(SpectrogramPicture(columns, range: range), to: &view)
        }
        guard let heard = reading.heard else { return nil }
        view.remarks.append(Self.level(of: heard))
        let name = RowName(entry.source.id, entry.channel)
        if let url = link(reading.file) {
            view.clip = clipOf[name] ?? add(.linked(url), for: name)
            return nil
        }
        do throws(SignalError) {
            let sound = try SoundClip(
                listeningTo: heard, gain: gain.flatMap { Self.fits($0, heard) ? $0 : nil })
            let url = DataURL(sound.bytes, type: sound.format.mediaType)
            if budget.take(url.byteCount) {
                view.clip = add(.embedded(url), for: name)
                view.remarks += sound.notes
            } else {
                leaveOut("sound", of: &view)
            }
            return sound.gain
        } catch {
            view.problem = error.description
            lack(entry, error.description)
            return nil
        }
    }

    private mutating func addPicture(
        _ picture: SpectrogramPicture, to view: inout ReportExamples.View
    ) throws(EchoError) {
        let grid = picture.columns.grid
        let size = Self.pictureSize
        let plain = picture.plain(
            width: min(size.width, picture.columns.columnCount), height: size.height)
        let bytes: [UInt8]
        do throws(PictureError) {
            bytes = try plain.png()
        } catch {
            throw EchoError(.system, error.description)
        }
        let url = DataURL(bytes, type: "image/png")
        guard budget.take(url.byteCount) else {
            leaveOut("picture", of: &view)
            return
        }
        pictureCount += 1
        let (low, high) = (picture.range.lowerBound, picture.range.upperBound)
        view.picture = .init(
            image: url, times: grid.seconds, frequencies: grid.hertz,
            levels: "\(Int(low.rounded())) to \(Int(high.rounded())) dB")
    }

    private mutating func leaveOut(_ what: String, of view: inout ReportExamples.View) {
        leftOutCount += 1
        let sentence = "Its \(what) is left out: the page is full."
        view.problem = view.problem.map { $0 + " " + sentence } ?? sentence
    }

    /// How loud a recording is, by which a dead or a clipping sensor is known.
    private static func level(of samples: SoundSamples) -> String {
        guard samples.peak > 0 else { return "Nothing but zeros." }
        let (mean, peak) = (20 * log10(samples.rootMeanSquare), 20 * log10(samples.peak))
        return "RMS \(mean.formatted(decimals: 1)) dB, peak \(peak.formatted(decimals: 1)) dB "
            + "(0 dB is amplitude 1)."
    }

    /// Whether samples that are made louder by so many decibels stay within full scale.
    private static func fits(_ gain: Double, _ samples: SoundSamples) -> Bool {
        samples.peak * pow(10, gain / 20) <= 1
    }

    // MARK: Points

    /// The sound of a point that has no picture, where the page has room for it; `isWanted` says
    /// whether one is to be made.
    mutating func clip(
        of entry: ManifestEntry, from archive: RecordingArchive, isWanted: Bool
    ) -> Int? {
        let name = RowName(entry.source.id, entry.channel)
        if let clip = clipOf[name] { return clip }
        guard isWanted, !budget.isSpent, !missing.contains(name) else { return nil }
        do throws(EchoError) {
            let recording = try archive.recording(entry)
            if let url = link(recording.file) {
                guard budget.take(url.text.utf8.count + 4) else { return nil }
                return add(.linked(url), for: name)
            }
            let heard = try recording.heard(to: seconds)
            let sound: SoundClip
            do throws(SignalError) {
                sound = try SoundClip(listeningTo: heard)
            } catch {
                throw EchoError(.signal, error.description)
            }
            let url = DataURL(sound.bytes, type: sound.format.mediaType)
            guard budget.take(url.byteCount) else { return nil }
            return add(.embedded(url), for: name)
        } catch {
            lack(entry, error.message)
            return nil
        }
    }

    private mutating func add(_ clip: ReportContent.Clip, for name: RowName) -> Int {
        clips.append(clip)
        clipOf[name] = clips.count - 1
        return clips.count - 1
    }

    /// The address of a file that browsers play; nil if sounds are to be in the page, or this
    /// one has to be.
    private func link(_ file: String?) -> RelativeURL? {
        guard linksAudio, let file, let ending = file.ending,
            Self.playedEndings.contains(ending)
        else { return nil }
        return RelativeURL(path: AbsolutePath.of(file), from: pageFolder)
    }
}

extension ManifestEntry {
    /// The channel, where channels have rows of their own.
    var channel: Int? {
        if case .embedded(let embedding) = outcome { embedding.channel } else { nil }
    }
}
