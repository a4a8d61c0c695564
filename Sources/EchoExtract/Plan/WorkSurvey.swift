import EchoFormats
import EchoModel
import EchoSignal

/// How the numbers of a plan came about.
package struct WorkBasis: Sendable, Codable {
    /// Recordings whose headers were read, and of how many.
    package fileprivate(set) var headerCount = 0
    package fileprivate(set) var recordingCount = 0
    /// Those of them that could not be read, or do not say their length: they count as no work.
    package fileprivate(set) var unknownCount = 0
    /// Recordings of endings of which no header was read: they count as no work.
    package fileprivate(set) var unestimatedCount = 0
}

/// The work of recordings by their headers: of all, or of a sample spread evenly over the list, by which the others
/// are estimated from their bytes.
///
/// Recordings of one ending are estimated by one another: a byte of FLAC is more sound than a byte of WAV.
struct WorkSurvey {
    /// Text, MATLAB and NumPy archives are read to their end: so many of an ending, at most.
    static let costlyLimit = 20

    /// Recordings that could not be measured, of which the reason is kept.
    private static let unknownLimit = 1000

    /// What is known of the recordings of an ending.
    fileprivate struct Sample {
        var work = RecordingWork()
        var count = 0
        var byteCount = 0.0
    }

    private(set) var basis = WorkBasis()
    /// The largest segment that goes to the device at once, of those that were looked at.
    private(set) var largestSegment: BatchLayout.Segment?
    /// Why the first of those without a length have none, a sentence or two each.
    private(set) var unknown: [String] = []
    private var measured: [Int: RecordingWork] = [:]
    private var samples: [String: Sample] = [:]

    /// - Parameters:
    ///   - limit: Headers that are read of an ending, at most; 0 reads none.
    init(_ inputs: InputList, _ reading: ReadingOptions, limit: Int) {
        basis.recordingCount = inputs.count
        let kinds = Kinds(inputs, reading)
        var members = ArchiveMembers()
        for (number, input) in kinds.chosen(of: inputs, limit: limit) {
            let work = look(at: input, reading, &members)
            basis.headerCount += 1
            if work == nil { basis.unknownCount += 1 }
            measured[number] = work ?? RecordingWork()
            samples[Self.kind(input), default: Sample()].add(work, input)
        }
        for (kind, count) in kinds.counts where samples[kind] == nil {
            basis.unestimatedCount += count
        }
    }

    /// The work of a recording.
    ///
    /// - Parameter number: Its place in the list.
    func work(of input: Input, number: Int) -> RecordingWork {
        if let known = measured[number] { return known }
        guard let sample = samples[Self.kind(input)], sample.count > 0 else {
            return RecordingWork()
        }
        let mean = sample.work * (1 / Double(sample.count))
        // Where sizes are unknown, as of what is not there yet, the mean will do.
        guard input.byteCount > 0, sample.byteCount > 0 else { return mean }
        var work = sample.work * (Double(input.byteCount) / sample.byteCount)
        // However long it is, it has one embedding.
        (work.outputs, work.utteranceBands) = (mean.outputs, mean.utteranceBands)
        return work
    }

    fileprivate static func kind(_ input: Input) -> String { input.path.ending ?? "" }

    /// Nil if the recording cannot be read, or nothing says how long it is.
    private mutating func look(
        at input: Input, _ reading: ReadingOptions, _ members: inout ArchiveMembers
    ) -> RecordingWork? {
        do throws(SignalError) {
            let content = try members.content(of: input, for: reading)
            let header = try SignalHeader.read(input, content, reading)
            var count = header.sampleCount
            if count == nil, !SignalHeader.isCheap(input, reading) {
                count = try RecordingReader.open(input, content, reading).sampleCount
            }
            guard let count else {
                keep("\(input.path): does not say how long it is.")
                return nil
            }
            note(header.sampleRate, count)
            return RecordingWork(
                sampleCount: count, sampleRate: header.sampleRate,
                channels: header.embeddedChannelCount, outputs: header.outputCount)
        } catch {
            keep("\(error)")
            return nil
        }
    }

    private mutating func keep(_ reason: String) {
        if unknown.count < Self.unknownLimit { unknown.append(reason) }
    }

    /// Remembers the largest segment.
    private mutating func note(_ sampleRate: Int, _ sampleCount: Int) {
        let framing = Framing(sampleRate: sampleRate)
        let frames = min(framing.frameCount(sampleCount: sampleCount), Framing.segmentLength)
        let segment = BatchLayout.Segment(framing, frames)
        if frames > 0, segment.tokenCount > largestSegment?.tokenCount ?? 0 {
            largestSegment = segment
        }
    }
}

extension WorkSurvey.Sample {
    /// Those that fail count too: so will some of the others.
    fileprivate mutating func add(_ work: RecordingWork?, _ input: Input) {
        self.work += work ?? RecordingWork()
        count += 1
        byteCount += Double(input.byteCount)
    }
}

/// How many recordings of each ending there are, and which of them are looked at.
private struct Kinds {
    private(set) var counts: [String: Int] = [:]
    private var isCheap: [String: Bool] = [:]

    init(_ inputs: InputList, _ reading: ReadingOptions) {
        for input in inputs {
            let kind = WorkSurvey.kind(input)
            counts[kind, default: 0] += 1
            if isCheap[kind] == nil { isCheap[kind] = SignalHeader.isCheap(input, reading) }
        }
    }

    /// So many of each ending, spread evenly, in their order: archives are read once.
    func chosen(of inputs: InputList, limit: Int) -> [(number: Int, input: Input)] {
        guard limit > 0 else { return [] }
        var seen: [String: Int] = [:]
        var chosen: [(number: Int, input: Input)] = []
        for (number, input) in inputs.enumerated() {
            let kind = WorkSurvey.kind(input)
            let most = isCheap[kind] == true ? limit : min(limit, WorkSurvey.costlyLimit)
            let (place, count) = (seen[kind, default: 0], counts[kind] ?? 0)
            seen[kind] = place + 1
            // Where place * most / count, rounded down, is about to change.
            guard count <= most || (place + 1) * most / count > place * most / count else {
                continue
            }
            chosen.append((number, input))
        }
        return chosen
    }
}
