import EchoFormats

/// An object of a TDMS file: the file itself, a group, or a channel with its samples.
final class TDMSChannel {
    /// Values of a channel in a segment: the same layout, chunk after chunk.
    struct Run {
        /// Where the first value is in the file, and bytes from value to value.
        let start: Int
        let valueStep: Int
        /// Values of a chunk, chunks, and bytes from chunk to chunk.
        let chunkLength: Int
        let chunkCount: Int
        let chunkStep: Int
        let isBigEndian: Bool

        var count: Int { chunkLength * chunkCount }
    }

    /// Names of the group and the channel, as far as it has them.
    let names: [String]
    var properties: [String: TDMSValue] = [:]
    /// The number of its type; nil if it has no values.
    private(set) var type: Int?
    private(set) var runs: [Run] = []
    /// How many values there were before each run.
    private(set) var starts: [Int] = []
    private(set) var count = 0
    /// Whether the file promises values of it, and was cut off before the first.
    var isPromised = false

    init(names: [String]) { self.names = names }

    var isChannel: Bool { names.count == 2 }
    /// As `--tdms-key` has it.
    var path: String { names.joined(separator: "/") }

    var description: String {
        let format = type.flatMap { TDMSType.format($0, isBigEndian: false, ArrayOptions()) }
        let kind = format?.name ?? type.map(TDMSType.name) ?? "no values"
        return "\(quoted(path)) \(count) \(kind)"
    }

    /// - Returns: false if its values were of another type before.
    func append(_ run: Run, type: Int) -> Bool {
        guard run.count > 0 else { return true }
        if let known = self.type, known != type { return false }
        self.type = type
        starts.append(count)
        runs.append(run)
        count += run.count
        return true
    }

    /// The run that holds a value.
    func run(of place: Int) -> Int {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= place { low = middle } else { high = middle }
        }
        return low
    }

    /// Reads up to `count` values from `place`, those that lie in one chunk.
    ///
    /// - Parameter take: Gets the bytes, a value after the other, how many there are, and their order.
    /// - Returns: How many values.
    func read(
        _ file: ByteFile, _ size: Int, at place: Int, count: Int,
        _ take: (UnsafeRawBufferPointer, Int, _ isBigEndian: Bool) -> Void
    ) throws(SignalError) -> Int {
        let number = run(of: place)
        let run = runs[number]
        let (chunk, first) = (place - starts[number]).quotientAndRemainder(
            dividingBy: run.chunkLength)
        let length = min(count, run.chunkLength - first)
        let start = run.start + chunk * run.chunkStep + first * run.valueStep
        var bytes = try file.bytes(start..<start + (length - 1) * run.valueStep + size)
        if run.valueStep != size {
            for index in 1..<max(1, length) {
                for byte in 0..<size {
                    bytes[index * size + byte] = bytes[index * run.valueStep + byte]
                }
            }
        }
        bytes.withUnsafeBytes { take($0, length, run.isBigEndian) }
        return length
    }
}

extension TDMSChannel {
    /// What LabVIEW asks to be done to raw values: polynomials, one after the other.
    ///
    /// - Parameter parents: The group and the file, which may say it for their channels.
    /// - Throws: The kind of scale that is no polynomial.
    func scales(_ parents: [TDMSChannel]) throws(UnknownScale) -> [[Double]] {
        for object in [self] + parents {
            guard let count = object.properties["NI_Number_Of_Scales"]?.number, count >= 1 else {
                continue
            }
            if object.properties["NI_Scaling_Status"]?.text == "scaled" { return [] }
            return try object.polynomials(count: Int(min(count, 100)))
        }
        return []
    }

    struct UnknownScale: Error {
        let name: String
    }

    /// From the last scale back to the raw values.
    private func polynomials(count: Int) throws(UnknownScale) -> [[Double]] {
        var (found, source) = ([[Double]](), count - 1)
        while source != 0xFFFF_FFFF {
            let prefix = "NI_Scale[\(source)]_"
            let kind = properties[prefix + "Scale_Type"]?.text ?? "of DAQmx"
            func number(_ name: String) throws(UnknownScale) -> Double {
                guard let number = properties[prefix + name]?.number else {
                    throw UnknownScale(name: "\(kind) without \(name)")
                }
                return number
            }
            switch kind {
            case "Linear":
                found.append([try number("Linear_Y_Intercept"), try number("Linear_Slope")])
            case "Polynomial":
                let size = properties[prefix + "Polynomial_Coefficients_Size"]?.number ?? 4
                var polynomial: [Double] = []
                for index in 0..<Int(max(0, min(size, 100))) {
                    polynomial.append(try number("Polynomial_Coefficients[\(index)]"))
                }
                found.append(polynomial)
            case "AdvancedAPI": break
            default: throw UnknownScale(name: kind)
            }
            let input = properties[prefix + "\(kind)_Input_Source"]?.number ?? 0xFFFF_FFFF
            // A scale that took its own result would go round for ever.
            guard input == 0xFFFF_FFFF || (0..<Double(source)).contains(input) else {
                throw UnknownScale(name: "\(kind) of scale \(input)")
            }
            source = Int(input)
        }
        return found.reversed()
    }
}
