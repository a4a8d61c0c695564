import EchoFormats

/// Why a recording or signal cannot be embedded.
package struct SignalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The recording's path, or what a signal in memory is called.
    package let path: String
    package let cause: Cause

    package init(path: String, _ cause: Cause) {
        self.path = path
        self.cause = cause
    }

    /// What went wrong, with its values. Indices and channels count from 0.
    package enum Cause: Hashable, Sendable {
        /// It is not there; with the system's text.
        case missing(String)
        /// A folder, where a recording is meant.
        case folder
        /// A pipe, a socket or a device: what it is instead of a regular file.
        case kind(String)
        /// A file of no bytes at all.
        case noBytes
        /// The system does not hand out its bytes; with the number that it answers (`errno`).
        case system(Int32)
        /// This process or this machine cannot go on: no room, no descriptors, no memory.
        case ours(OwnFailure)
        /// libsndfile cannot open or decode it; with libsndfile's text.
        case unreadable(String)
        /// It has no samples or no channels.
        case empty
        case sampleRate(Int)
        case tooShort(sampleCount: Int, windowLength: Int, sampleRate: Int)
        /// A sample is NaN or infinite.
        case notFinite(index: Int, channel: Int, value: Float)
        /// A sample is so large that its spectrum could overflow float32.
        case tooLarge(index: Int, channel: Int, value: Float)
        /// A file of this format that is not what the format asks for; with what is wrong.
        case malformed(format: String, String)
        /// A field of a text file; lines and columns count from 1.
        case field(line: Int, column: Int?, String)
        /// A number of a text file that is NaN, infinite, or too large; with which.
        case notFiniteField(line: Int, column: Int, String)
        /// A value of a spectrogram that is NaN or infinite; with which.
        case notFiniteValue(String)
        /// A text file that can be read in two ways; with both, and the option that decides.
        case ambiguous(line: Int, String, remedy: String)
        /// Timestamps that tell no sample rate; with why.
        case timestamps(line: Int, String)
        /// A signal without a sample rate, and nobody said which it is.
        case noSampleRate(format: String)
        /// The manifest's sample rate is not the header's; Hz.
        case otherSampleRate(told: Int, header: Int)
        /// A channel that it does not have.
        case channel(String, channelCount: Int)
        /// The part that the manifest asks for starts after the end; seconds.
        case outsideRange(start: Double, seconds: Double)
        /// None or several variables of a file may be the signal; with what there is, and the option
        /// that chooses.
        case variable(String, option: String = "--mat-key")
        /// An array whose extents do not tell time from channels.
        case shape(String)
        /// An array of what is no signal, such as complex numbers.
        case elements(String)
        /// An array of integers that may be fractions or counts.
        case integers(String)
        /// The number in a file that was said to be its sample rate is none.
        case storedRate(String)
        /// libsoxr cannot convert its sample rate; with libsoxr's text.
        case resampling(String)
        /// libsndfile cannot write a clip of it; with libsndfile's text.
        case coding(String)
        /// What it says of its samples can mean two things; with both.
        case ambiguousSamples(
            String,
            remedy: String = "Convert it to a plain WAV or FLAC, whichever of the two it is.")
        /// ffmpeg reads what libsndfile does not: it was not asked for, is not there, or was ended;
        /// with what the file is, and what to do.
        case needsFFmpeg(String, remedy: String)
        case noFFmpeg(String)
        case ffmpegEnded(String)
        /// ffmpeg cannot read it; with its last line.
        case ffmpeg(String)
        /// It cannot be copied out of its archive; with the reason.
        case archive(String)
        /// The second pass over the file did not find what the first one had found.
        case changed(String)
        /// Whoever asked for it wants it no more.
        case stopped
    }

    /// A short name of the cause that stays the same between versions.
    package var code: String {
        switch cause {
        case .missing: "missing"
        case .folder, .kind: "not-a-file"
        case .noBytes: "empty"
        case .system(let number): SystemAnswer(number).code
        case .ours: "own"
        case .unreadable: "unreadable"
        case .empty: "empty"
        case .sampleRate: "sample-rate"
        case .tooShort: "too-short"
        case .notFinite, .notFiniteField, .notFiniteValue: "not-finite"
        case .tooLarge: "too-large"
        case .malformed: "malformed"
        case .field: "field"
        case .ambiguous: "ambiguous"
        case .timestamps: "timestamps"
        case .noSampleRate: "no-sample-rate"
        case .otherSampleRate: "other-sample-rate"
        case .channel: "channel"
        case .outsideRange: "outside-range"
        case .variable: "variable"
        case .shape: "shape"
        case .elements: "elements"
        case .integers: "integers"
        case .storedRate: "stored-rate"
        case .resampling: "resampling"
        case .coding: "coding"
        case .ambiguousSamples: "ambiguous"
        case .needsFFmpeg: "needs-ffmpeg"
        case .noFFmpeg: "no-ffmpeg"
        case .ffmpegEnded: "ffmpeg-ended"
        case .ffmpeg: "ffmpeg"
        case .archive: "archive"
        case .changed: "changed"
        case .stopped: "stopped"
        }
    }

    /// What is wrong, without the path.
    package var reason: String {
        switch cause {
        case .missing(let text): "cannot be opened: \(text)"
        case .folder: "is a folder, where a recording is meant"
        case .kind(let kind): "is \(kind) and no regular file, and a recording is read twice"
        case .noBytes: "is empty: it holds no bytes"
        case .system(let number): "cannot be read: \(SystemAnswer(number).text)"
        case .ours(let failure): failure.text
        case .unreadable(let text): "libsndfile cannot read it: \(text)"
        case .empty: "holds no samples"
        case .sampleRate(let rate):
            "a sample rate of \(rate) Hz is outside \(Framing.supportedSampleRates.lowerBound) to "
                + "\(Framing.supportedSampleRates.upperBound) Hz"
        case .tooShort(let samples, let window, let rate):
            "\(samples.counted("sample")) \(samples == 1 ? "is" : "are") shorter than one window of \(window) samples at \(rate) Hz"
        case .notFinite(let index, let channel, let value):
            "sample \(index) of channel \(channel) is \(value.isNaN ? "NaN" : "infinite")"
        case .tooLarge(let index, let channel, let value):
            "sample \(index) of channel \(channel) is \(value), beyond ±\(SignalPass.sampleLimit)"
        case .malformed(let format, let text): "is not \(format) that can be read: \(text)"
        case .field(let line, let column, let text):
            "line \(line)\(column.map { ", column \($0)" } ?? ""): \(text)"
        case .notFiniteField(let line, let column, let text):
            "line \(line), column \(column): \(text)"
        case .ambiguous(let line, let text, _), .timestamps(let line, let text):
            "line \(line): \(text)"
        case .noSampleRate(let format): "\(format) does not say its sample rate"
        case .otherSampleRate(let told, let header):
            "the manifest says \(told) Hz, the file itself \(header) Hz"
        case .channel(let channel, let count):
            "channel \(channel) was asked for, and it has \(count), from 0"
        case .outsideRange(let start, let seconds):
            "the part to embed starts at \(start) s, and it ends at \(seconds) s"
        case .variable(let text, _), .shape(let text), .elements(let text), .integers(let text),
            .storedRate(let text):
            text
        case .notFiniteValue(let text): text
        case .resampling(let text): "cannot be resampled: \(text)"
        case .coding(let text): "libsndfile cannot write a clip of it: \(text)"
        case .ambiguousSamples(let text, _): text
        case .needsFFmpeg(let text, _), .noFFmpeg(let text), .ffmpegEnded(let text): text
        case .ffmpeg(let text): "ffmpeg cannot read it: \(text)"
        case .archive(let text): "cannot be read from its archive: \(text)"
        case .changed(let text): "changed while it was read: \(text)"
        case .stopped: "was not read to its end: the run was stopped"
        }
    }

    /// What to try.
    package var remedy: String {
        switch cause {
        case .missing where GlobPattern.isPattern(path):
            "Check the path. If it is a pattern, give it as an input: a list names recordings one by one."
        case .missing: "Check the path and its permissions."
        case .folder:
            "Name the recordings in it, or give the folder as an input: a list names recordings one by one."
        case .kind: "Save it as a file first."
        case .noBytes: "Record or copy it again; the disk may have been full."
        case .system(let number): SystemAnswer(number).remedy
        case .ours(let failure): failure.remedy
        case .unreadable: "Check that it plays, or convert it to WAV or FLAC."
        case .empty: "Check that the recorder closed the file."
        case .sampleRate: "Check the header, or resample the recording."
        case .tooShort: "Leave it out, or join it with more of the recording (a window is 25 ms)."
        case .notFinite, .notFiniteField: "Repair the sample or cut it out."
        case .notFiniteValue: "Compute it again, from finite samples."
        case .tooLarge:
            "Check the sample format, of integers in arrays with --integer-scale, or scale the recording "
                + "to ±1."
        case .malformed: "Check that it was written to its end, in that format."
        case .field:
            "Correct the file, choose other columns with --csv-columns, or leave out lines at its start "
                + "with --csv-skip."
        case .ambiguous(_, _, let remedy): remedy
        case .timestamps:
            "Name the column of times with --csv-time, or give --sample-rate HZ instead of --csv-rate."
        case .noSampleRate:
            "Give --sample-rate HZ, or a column sample_rate in a manifest."
        case .otherSampleRate: "Correct the manifest, or leave its sample_rate out."
        case .channel: "Choose another with --channels."
        case .outsideRange: "Correct start and end, which count seconds from the recording's start."
        case .variable(_, let option): "Name one with \(option)."
        case .shape:
            "Say along which extent time runs with --time-axis, or save each signal as a file of its own."
        case .elements: "Save it as real numbers, such as float32."
        case .integers:
            "Say with --integer-scale: full for fractions of the full scale, none for counts."
        case .storedRate: "Correct the path, or give --sample-rate HZ instead."
        case .resampling: "Leave out --resample, or choose another rate."
        case .coding: "Take WAV: that needs no encoder."
        case .ambiguousSamples(_, let remedy): remedy
        case .needsFFmpeg(_, let remedy): remedy
        case .noFFmpeg: "Install it (Debian: ffmpeg)."
        case .ffmpegEnded: "Embed it again; look for what ended ffmpeg (memory, a limit)."
        case .ffmpeg: "Check that it plays, or convert it to WAV or FLAC."
        case .archive: "Check that the archive is whole (tar -tf lists it)."
        case .changed: "Embed it again when nothing writes to it."
        case .stopped: "Run the same command again."
        }
    }

    package var description: String { "\(path): \(reason). \(remedy)" }
}
