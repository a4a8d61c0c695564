import CHDF5
import EchoFormats

/// A MATLAB file of version 7.3: HDF5, in which structs are groups, and cells are references.
enum Mat73File {
    private static let variableLimit = 2000

    /// Its variables.
    ///
    /// - Throws: ``SignalError`` if HDF5 cannot open it.
    static func variables(
        _ content: SignalContent, _ options: ArrayOptions
    ) throws(SignalError) -> [MatPath.Place] {
        guard let file = HDF5Object.file(content.location), let root = file.member("/") else {
            let cut = try cutOff(content)
            throw MatFile.malformed(content, cut ?? "HDF5 cannot open it")
        }
        guard let names = root.names(limit: variableLimit) else {
            throw MatFile.malformed(content, "it has more than \(variableLimit) variables")
        }
        var variables: [MatPath.Place] = []
        // What begins so is MATLAB's own.
        for name in names where !name.hasPrefix("#") {
            guard let object = root.member(name) else {
                throw MatFile.malformed(content, "HDF5 cannot open \(quoted(name))")
            }
            let value = Mat73Value(object, content, options)
            variables.append(MatPath.Place(path: name, value: value))
        }
        return variables
    }
}

extension Mat73File {
    /// Where MATLAB puts HDF5, behind 512 bytes of its own.
    private static let start = 512
    private static let blockLength = 52
    private static let signature = [0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A]

    /// How much of the file is missing, as its first block says how long it is; nil if nothing is.
    private static func cutOff(_ content: SignalContent) throws(SignalError) -> String? {
        let file = try ByteFile(content)
        guard file.byteCount >= start + blockLength else {
            return "it is cut off: \(file.byteCount) bytes"
        }
        guard let length = try length(file), length > file.byteCount else { return nil }
        return "it is cut off: \(file.byteCount) bytes are there of \(length)"
    }

    /// What is to be said of bytes behind the end that its first block names, which HDF5 does not read;
    /// nil if there are none.
    static func surplus(_ content: SignalContent) throws(SignalError) -> String? {
        let file = try ByteFile(content)
        guard let length = try length(file) else { return nil }
        return try TrailingBytes.note(file, from: length, behind: "the end that its header names")
    }

    /// Bytes of the whole file, as its first block says; nil if it does not.
    private static func length(_ file: ByteFile) throws(SignalError) -> Int? {
        let block = try file.bytes(upTo: blockLength, at: start)
        guard block.count == blockLength, block.starts(with: signature) else { return nil }
        // Addresses of 8 bytes, in the old forms of the block and the new ones.
        let (size, end) =
            switch block[8] {
            case 0: (block[13], 40)
            case 1: (block[13], 44)
            default: (block[9], 28)
            }
        let length = block.integer(8, at: end, isBigEndian: false)
        return size == 8 && length != .max ? length : nil
    }
}

/// A value of a version 7.3 file, its numbers unread.
final class Mat73Value: MatValue {
    let kind: MatKind
    let dimensions: [Int]
    private let object: HDF5Object
    private let content: SignalContent
    private let options: ArrayOptions
    /// Whether the fields of a struct hold references, one for each element.
    private let isStructArray: Bool
    /// References that were read, by field.
    private var references: [Int: [hobj_ref_t]] = [:]

    private static let fieldLimit = 2000
    private static let memberLimit = 1_000_000

    init(_ object: HDF5Object, _ content: SignalContent, _ options: ArrayOptions) {
        (self.object, self.content, self.options) = (object, content, options)
        let name = object.text(attribute: "MATLAB_class")
        guard object.isGroup, !object.hasAttribute("MATLAB_sparse") else {
            isStructArray = false
            kind = Self.kind(object, name)
            // MATLAB's order is the other way round.
            dimensions =
                object.hasAttribute("MATLAB_empty") ? [0, 0] : Array(object.extents.reversed())
            return
        }
        let fields = object.names(limit: Self.fieldLimit) ?? []
        kind = .structure(fields)
        let first = fields.first.flatMap { object.member($0) }
        isStructArray = first.map(Self.isReferences) ?? false
        let extents = isStructArray ? first?.extents ?? [] : [1, 1]
        dimensions = Array(extents.reversed())
    }

    /// Whether it is a dataset of references that is no cell.
    private static func isReferences(_ object: HDF5Object) -> Bool {
        object.isDataset && object.elementClass == H5T_REFERENCE
            && !object.hasAttribute("MATLAB_class")
    }

    private static func kind(_ object: HDF5Object, _ name: String?) -> MatKind {
        guard object.isDataset else { return .other(object.isGroup ? "sparse" : "no array") }
        switch (object.elementClass, name) {
        case (H5T_REFERENCE, "cell"?): return .cell
        case (H5T_COMPOUND, _): return .other("complex")
        case (H5T_FLOAT, _), (H5T_INTEGER, _): break
        default: return .other(name ?? "of another class")
        }
        if let name { return MatClass(rawValue: name).map(MatKind.numbers) ?? .other(name) }
        // Not MATLAB's own: what its numbers are says it.
        guard let type = HDF5Object(H5Dget_type(object.id)) else { return .other("no array") }
        let isFloat = object.elementClass == H5T_FLOAT
        let isSigned = isFloat || H5Tget_sign(type.id) == H5T_SGN_2
        let size = H5Tget_size(type.id)
        let found = MatClass.allCases.first {
            $0.byteCount == size && $0.isFloat == isFloat && $0.isSigned == isSigned
        }
        return found.map(MatKind.numbers) ?? .other("numbers of \(8 * size) bits")
    }

    func member(field: Int, element: Int) throws(SignalError) -> any MatValue {
        var member: HDF5Object? = object
        if case .structure(let fields) = kind { member = object.member(fields[field]) }
        if let dataset = member, kind == .cell || isStructArray {
            let reference = try reference(dataset, field, element)
            member = reference.flatMap { dataset.object($0) }
        }
        guard let member else {
            throw MatFile.malformed(content, "a member that it claims is not there")
        }
        return Mat73Value(member, content, options)
    }

    /// A reference in a dataset, all of which are read at the first.
    private func reference(
        _ dataset: HDF5Object, _ field: Int, _ element: Int
    ) throws(SignalError) -> hobj_ref_t? {
        if references[field] == nil {
            let size = MemoryLayout<hobj_ref_t>.size
            let count = dataset.extents.elementCount
            guard dataset.elementClass == H5T_REFERENCE, count <= Self.memberLimit,
                dataset.holds(count, byteCount: size)
            else { return nil }
            var found: [hobj_ref_t] = []
            let isRead = try dataset.read(as: CHDF5_reference(), byteCount: size) { bytes in
                found += bytes.bindMemory(to: hobj_ref_t.self)
            }
            guard isRead else { return nil }
            references[field] = found
        }
        return references[field].flatMap { $0.indices.contains(element) ? $0[element] : nil }
    }

    /// Copies the numbers out: HDF5 is done with once they are chosen.
    func numbers(name: String) throws(SignalError) -> NumberArray {
        guard case .numbers(let type) = kind else {
            throw MatFile.malformed(content, "\(name) is \(kind.description)")
        }
        guard elementCount == 0 || object.holds(elementCount, byteCount: 1) else {
            throw MatFile.malformed(
                content, "\(name) is said to hold \(elementCount) numbers that are not there")
        }
        let copy = try MemberCopy.make(for: content)
        if elementCount > 0 {
            let isRead = try object.read(as: type.hdf5Type, byteCount: type.byteCount) {
                bytes throws(SignalError) in try copy.append(bytes, for: content)
            }
            guard isRead else {
                throw MatFile.malformed(content, "HDF5 cannot read the numbers of \(name)")
            }
        }
        let copied = SignalContent(path: content.path, copy: copy)
        return NumberArray(
            content: copied, file: try ByteFile(copied), format: type.format(options), start: 0,
            dimensions: dimensions, isFortranOrder: true, name: name)
    }
}

extension MatClass {
    /// HDF5's number of the type of this machine.
    fileprivate var hdf5Type: hid_t {
        isFloat ? CHDF5_float(byteCount) : CHDF5_integer(byteCount, isSigned)
    }
}
