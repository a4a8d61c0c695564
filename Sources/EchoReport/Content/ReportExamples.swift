/// Recordings to look at and to listen to: the oddest, or if there are no scores, some of all.
package struct ReportExamples: Sendable {
    package enum Kind: Sendable {
        case oddest
        case sample
    }

    package var kind = Kind.sample
    /// Whether neighbours are of a bank, which is what is normal, or any other recordings.
    package var areNeighboursNormal = true
    package var examples: [Example] = []
    /// How they were chosen and what was cut, a sentence each.
    package var remarks: [String] = []

    package init() {}

    package struct Example: Sendable {
        package var view: View
        /// The nearest recordings, nearest first.
        package var neighbours: [Neighbour]

        package init(_ view: View, neighbours: [Neighbour] = []) {
            (self.view, self.neighbours) = (view, neighbours)
        }
    }

    package struct Neighbour: Sendable {
        package var view: View
        package var distance: Double

        package init(_ view: View, distance: Double) {
            (self.view, self.distance) = (view, distance)
        }
    }

    /// One recording with its picture and its sound.
    package struct View: Sendable {
        package var recording: ReportRecording
        package var picture: SpectrogramImage?
        /// Its sound, a place in ``ReportContent/clips``.
        package var clip: Int?
        /// What there is to say of the sound, such as by how many dB it was made louder.
        package var remarks: [String] = []
        /// Why a picture or a sound is not there; nil if both are.
        package var problem: String?

        package init(_ recording: ReportRecording) { self.recording = recording }
    }

    /// A spectrogram without axes, which the page draws beside it.
    package struct SpectrogramImage: Sendable {
        package var image: DataURL
        /// s from the recording's start, and Hz from the bottom to the top.
        package var times: ClosedRange<Double>
        package var frequencies: ClosedRange<Double>
        /// What the colours mean, such as `-80 to -10 dB`.
        package var levels: String

        package init(
            image: DataURL, times: ClosedRange<Double>, frequencies: ClosedRange<Double>,
            levels: String
        ) {
            (self.image, self.times) = (image, times)
            (self.frequencies, self.levels) = (frequencies, levels)
        }
    }
}
