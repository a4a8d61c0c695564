import EchoInvariant
import EchoSignal
import EchoStore
import EchoTensor

/// numpy arrays: as a signal, and as a table of embeddings.
enum NPYTarget: FuzzTarget {
    private static let file = InputFile(names: ["signal.npy"])

    static func read(_ bytes: UnsafeRawBufferPointer) {
        file.fill(bytes)
        Signal.read(file.path("signal.npy"), ReadingOptions(sampleRate: Signal.rate))
        do throws(StoreError) {
            let table = try NPYFile.read(file.path("signal.npy"))
            invariant(table.floats.count == table.elementCount, "a table has other values")
        } catch {
            invariant(!error.description.isEmpty, "an error that says nothing")
        }
    }
}

/// Files without a header: the first byte chooses what the others are said to hold.
enum RawTarget: FuzzTarget {
    private static let file = InputFile(names: ["signal.raw"])

    private static let formats: [RawFormat] = {
        let encodings = ["s16", "s24", "s32", "f32", "f64"].flatMap { [$0 + "le", $0 + "be"] }
        return (["s8", "u8"] + encodings).flatMap { encoding in
            [1, 2, 3, 4096].compactMap { RawFormat("\(encoding):\(Signal.rate):\($0)") }
        }
    }()

    static func read(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return }
        file.fill(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
        let format = formats[Int(first) % formats.count]
        Signal.read(file.path("signal.raw"), ReadingOptions(raw: format))
    }
}

/// Columns of text: with what they are left to be found, and told.
enum TextTarget: FuzzTarget {
    private static let file = InputFile(names: ["signal.csv"])

    private static let options = [
        ReadingOptions(sampleRate: Signal.rate),
        ReadingOptions(csv: CSVOptions(rateFromTime: .s)),
        ReadingOptions(sampleRate: Signal.rate, csv: CSVOptions(decimal: .comma, skip: 1)),
        ReadingOptions(
            sampleRate: Signal.rate, csv: CSVOptions(columns: ["1", "0"], timeColumn: "none")),
    ]

    static func read(_ bytes: UnsafeRawBufferPointer) {
        file.fill(bytes)
        for option in options { Signal.read(file.path("signal.csv"), option) }
    }
}

/// A signal, read as `extract` reads it: in two passes, segment by segment.
private enum Signal {
    /// The slowest that is taken, Hz: a window is two samples.
    static let rate = 100

    static func read(_ path: String, _ options: ReadingOptions) {
        for channels in [ChannelMode.mean, .each] {
            var options = options
            options.channels = channels
            do throws(SignalError) {
                let reader = try RecordingReader.open(path: path, options)
                while let segment = try reader.next() {
                    // What cannot be used is refused before it is embedded.
                    invariant(segment.samples.allSatisfy(\.isFinite), "a sample is not finite")
                }
            } catch {
                invariant(!error.description.isEmpty, "an error that says nothing")
            }
        }
    }
}
