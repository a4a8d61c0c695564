import CSndFile
import EchoFormats
import Glibc

/// A piece of sound as the bytes of a file: exact, to go on working with, or small, to listen to.
package struct SoundClip: Sendable {
    /// How samples are coded.
    package enum Format: String, Hashable, Sendable, CaseIterable {
        /// Exact: integers of 16 or 24 bits where these hold every sample as it is, else float32.
        case wav
        /// MPEG-1/2 layer III, variable rate: every browser plays it, and the same samples give the same bytes. 10 s of
        /// noise take 39 KB at 16 kHz and 95 KB at 48 kHz.
        case mp3
        /// Opus in Ogg: 31 and 77 KB of the same; but Safari plays it from 18.4 on, and each file has a number of its
        /// own, drawn by chance.
        case opus

        /// What a file's name ends in.
        package var ending: String { rawValue }

        /// For `type=`, and before the bytes in a `data:` address.
        package var mediaType: String {
            switch self {
            case .wav: "audio/wav"
            case .mp3: "audio/mpeg"
            case .opus: "audio/ogg; codecs=opus"
            }
        }
    }

    package let format: Format
    /// The file.
    package let bytes: [UInt8]
    /// Hz, in the file.
    package let sampleRate: Int
    /// What the samples were multiplied by to be heard, as decibels; 0 if they are as they were.
    package let gain: Double
    /// What a listener has to know, as sentences: another level, another rate, what cannot be heard of it.
    package let notes: [String]

    /// An exact copy as WAV: the same rate, the same channels, the same values.
    ///
    /// - Throws: ``SignalError`` if there is nothing to write, or libsndfile cannot.
    package init(exact samples: SoundSamples) throws(SignalError) {
        (format, gain, notes) = (.wav, 0, [])
        sampleRate = samples.sampleRate
        bytes = try SoundWriter.write(samples, as: SampleCoding(exactly: samples.values).code)
    }

    /// A clip to listen to: one channel, at a rate and a level that players take.
    ///
    /// - Parameters:
    ///   - samples: Of several channels the average is heard.
    ///   - format: With ``Format/wav`` integers of 16 bits.
    ///   - gain: Decibels that are added; nil for what ``ListeningLevel`` finds necessary. Clips that are compared
    ///     need one gain.
    /// - Throws: ``SignalError`` if there is nothing to hear, or libsoxr or libsndfile cannot.
    package init(
        listeningTo samples: SoundSamples, as format: Format = .mp3, gain: Double? = nil
    ) throws(SignalError) {
        let level = ListeningLevel(samples.averaged(), gain: gain)
        let rate = ListeningRate(samples.sampleRate, format)
        let converted = try rate.convert(level.samples)
        self.format = format
        (self.gain, sampleRate) = (level.gain, rate.sampleRate)
        notes =
            (samples.channelCount > 1 ? ["The average of \(samples.channelCount) channels."] : [])
            + level.notes + rate.notes
        bytes = try SoundWriter.write(converted, as: Self.code(format))
    }

    private static func code(_ format: Format) -> Int32 {
        switch format {
        case .wav: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        case .mp3: Int32(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
        case .opus: Int32(SF_FORMAT_OGG | SF_FORMAT_OPUS)
        }
    }
}

/// The smallest samples of WAV that hold values as they are.
private enum SampleCoding {
    case pcm16, pcm24, float

    init(exactly values: [Float]) {
        if Self.hold(values, 0x1p15) {
            self = .pcm16
        } else if Self.hold(values, 0x1p23) {
            self = .pcm24
        } else {
            self = .float
        }
    }

    var code: Int32 {
        switch self {
        case .pcm16: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        case .pcm24: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_24)
        case .float: Int32(SF_FORMAT_WAV | SF_FORMAT_FLOAT)
        }
    }

    /// Whether all are multiples of `1 / scale` in [-1, 1). -0 is none: as an integer it would be 0.
    private static func hold(_ values: [Float], _ scale: Float) -> Bool {
        values.allSatisfy { value in
            let scaled = value * scale
            return scaled == scaled.rounded() && value >= -1 && value < 1
                && !(value == 0 && value.sign == .minus)
        }
    }
}
