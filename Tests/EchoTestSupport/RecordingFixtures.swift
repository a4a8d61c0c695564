import CSndFile
import Foundation

/// Real recordings for tests, written by libsndfile.
package enum RecordingFixtures {
    /// Containers and encodings that recordings come in.
    package enum Format: String, CaseIterable, Sendable {
        case wav8, wav16, wav24, wavFloat, wavDouble, flac16, flac24, aiff16, au16, caf24, rf64, w64
        case vorbis, opus, mp3

        /// What the file's name ends in.
        package var fileExtension: String {
            switch self {
            case .wav8, .wav16, .wav24, .wavFloat, .wavDouble: "wav"
            case .flac16, .flac24: "flac"
            case .aiff16: "aiff"
            case .au16: "au"
            case .caf24: "caf"
            case .rf64: "rf64"
            case .w64: "w64"
            case .vorbis: "ogg"
            case .opus: "opus"
            case .mp3: "mp3"
            }
        }

        /// True where samples come back changed.
        package var isLossy: Bool { [.vorbis, .opus, .mp3].contains(self) }

        /// True where samples are stored as floating point.
        var isFloat: Bool { [.wavFloat, .wavDouble].contains(self) || isLossy }

        var code: Int32 {
            switch self {
            case .wav8: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_U8)
            case .wav16: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
            case .wav24: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_24)
            case .wavFloat: Int32(SF_FORMAT_WAV | SF_FORMAT_FLOAT)
            case .wavDouble: Int32(SF_FORMAT_WAV | SF_FORMAT_DOUBLE)
            case .flac16: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
            case .flac24: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_24)
            case .aiff16: Int32(SF_FORMAT_AIFF | SF_FORMAT_PCM_16)
            case .au16: Int32(SF_FORMAT_AU | SF_FORMAT_PCM_16)
            case .caf24: Int32(SF_FORMAT_CAF | SF_FORMAT_PCM_24)
            case .rf64: Int32(SF_FORMAT_RF64 | SF_FORMAT_PCM_16)
            case .w64: Int32(SF_FORMAT_W64 | SF_FORMAT_PCM_16)
            case .vorbis: Int32(SF_FORMAT_OGG | SF_FORMAT_VORBIS)
            case .opus: Int32(SF_FORMAT_OGG | SF_FORMAT_OPUS)
            case .mp3: Int32(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
            }
        }
    }

    /// libsndfile's reason for not writing a fixture.
    package struct Failure: Error {
        package let text: String
    }

    /// Writes interleaved samples, `repeats` times over.
    ///
    /// Integer formats take the value exactly where it fits: multiples of 2^-7 (8 bits), 2^-15 or
    /// 2^-23 in [-1, 1).
    package static func write(
        _ samples: [Float], channels: Int = 1, sampleRate: Int, as format: Format, to path: String,
        repeats: Int = 1
    ) throws {
        var info = SF_INFO()
        info.samplerate = Int32(sampleRate)
        info.channels = Int32(channels)
        info.format = format.code
        guard let file = sf_open(path, Int32(SFM_WRITE), &info) else {
            throw Failure(text: String(cString: sf_strerror(nil)))
        }
        defer { sf_close(file) }
        let frames = sf_count_t(samples.count / channels)
        let codes = format.isFloat ? [] : samples.map { Int32($0 * 2_147_483_648) }
        for _ in 0..<repeats {
            let written =
                format.isFloat
                ? sf_writef_float(file, samples, frames) : sf_writef_int(file, codes, frames)
            guard written == frames else {
                throw Failure(text: String(cString: sf_strerror(file)))
            }
        }
    }

    /// Seeded noise with an offset of 0.125: multiples of 2^-7 in [-0.5, 0.75), the same on every
    /// machine, exact in every lossless format.
    package static func noise(count: Int, seed: UInt32 = 1) -> [Float] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(Int(state >> 24) % 160 - 64) / 128
        }
    }

    /// Rewrites bytes of a file in place.
    package static func patch(_ path: String, at offset: Int, with bytes: [UInt8]) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        data.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        try data.write(to: URL(fileURLWithPath: path))
    }

    /// Cuts a file off after `fraction` of its bytes.
    package static func truncate(_ path: String, to fraction: Double) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        try data.prefix(Int(Double(data.count) * fraction)).write(to: URL(fileURLWithPath: path))
    }
}
