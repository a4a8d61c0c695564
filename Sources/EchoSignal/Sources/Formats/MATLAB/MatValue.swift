import EchoFormats

/// A variable of a MATLAB file, or a value inside of one. One thread uses it.
protocol MatValue: AnyObject {
    var kind: MatKind { get }
    var dimensions: [Int] { get }

    /// A member of a struct's or cell's element; both count from 0, a cell has one field.
    ///
    /// - Precondition: there is such a field and such an element.
    /// - Throws: ``SignalError`` if the file does not hold what it says.
    func member(field: Int, element: Int) throws(SignalError) -> any MatValue

    /// Its numbers.
    ///
    /// - Precondition: its kind is ``MatKind/numbers(_:)``.
    func numbers(name: String) throws(SignalError) -> NumberArray
}

/// What a value of a MATLAB file is.
enum MatKind: Hashable, Sendable {
    /// Real numbers of this class.
    case numbers(MatClass)
    /// A struct, with the names of its fields.
    case structure([String])
    case cell
    /// What is no signal, in words.
    case other(String)

    /// As messages list it.
    var description: String {
        switch self {
        case .numbers(let type): type.rawValue
        case .structure: "struct"
        case .cell: "cell"
        case .other(let text): text
        }
    }
}

/// MATLAB's classes of real numbers.
enum MatClass: String, Hashable, Sendable, CaseIterable {
    case double, single, int8, uint8, int16, uint16, int32, uint32, int64, uint64

    /// From MATLAB's number of the class.
    init?(number: Int) {
        guard number >= 6, Self.allCases.indices.contains(number - 6) else { return nil }
        self = Self.allCases[number - 6]
    }

    var byteCount: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16: 2
        case .single, .int32, .uint32: 4
        case .double, .int64, .uint64: 8
        }
    }

    private var kind: SampleFormat.Kind {
        switch self {
        case .double, .single: .float
        case .int8, .int16, .int32, .int64: .signed
        case .uint8, .uint16, .uint32, .uint64: .unsigned
        }
    }

    var isFloat: Bool { kind == .float }
    /// Whether its numbers may be negative.
    var isSigned: Bool { kind != .unsigned }

    /// How its numbers lie in a file as they are in memory.
    func format(_ options: ArrayOptions) -> SampleFormat {
        SampleFormat(kind, byteCount: byteCount, scale: scale(options))
    }

    /// What becomes of its numbers, whatever type they are stored as.
    func scale(_ options: ArrayOptions) -> SampleFormat.Scale {
        kind == .float
            ? .unscaled : options.scale(bits: 8 * byteCount, isSigned: kind == .signed)
    }
}

extension MatValue {
    /// Elements, as its extents say.
    var elementCount: Int { dimensions.elementCount }

    /// Names of its members' fields: of a cell one without a name.
    var fields: [String] {
        switch kind {
        case .structure(let names): names
        case .cell: [""]
        case .numbers, .other: []
        }
    }

    /// As messages list it: `"x" 300x1 double`.
    func description(_ path: String) -> String {
        "\(quoted(path)) \(dimensions.map(String.init).joined(separator: "x")) \(kind.description)"
    }
}
