import EchoFormats

/// The header of an NPY file, as an output folder has them.
enum NPYArray {
    static func read(_ file: FileBytes) throws(StoreError) -> ArrayHeader {
        do {
            let head = try file.bytes(0..<min(NPYPreamble.longest, file.count))
            let preamble = try NPYPreamble(head, byteCount: file.count)
            let text = String(decoding: try file.bytes(preamble.textRange), as: UTF8.self)
            let header = try NPYHeaderParser.parse(text)
            let element: ArrayElement
            switch header.descriptor {
            case "<f4": element = .float32
            case "<f2": element = .float16
            default:
                throw StoreError(
                    path: file.path,
                    .damagedRows("its elements are '\(header.descriptor)', not '<f4' or '<f2'"))
            }
            guard !header.isFortranOrder || header.dimensions.count < 2 else {
                throw StoreError(path: file.path, .damagedRows("it is in Fortran order"))
            }
            return ArrayHeader(
                element: element, dimensions: header.dimensions,
                start: preamble.textRange.upperBound)
        } catch let error as NPYHeaderParser.Failure {
            throw StoreError(path: file.path, .damagedRows(error.text))
        } catch {
            throw error as? StoreError ?? StoreError(path: file.path, .damagedRows("\(error)"))
        }
    }
}

/// The header of a safetensors file with one tensor.
///
/// The format: 8 bytes with the header's length (little-endian), the header (JSON), the data.
/// Source: https://huggingface.co/docs/safetensors
enum SafetensorsArray {
    /// Ours have 256 bytes; others may add metadata.
    private static let longest = 1 << 20

    static func read(_ file: FileBytes, name: String) throws(StoreError) -> ArrayHeader {
        func damaged(_ text: String) -> StoreError {
            StoreError(path: file.path, .damagedRows(text))
        }
        guard file.count >= 8 else { throw damaged("it has \(file.count) bytes") }
        let length = try file.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(min(longest, file.count - 8)) else {
            throw damaged("its header is cut off, or has more than \(longest) bytes")
        }
        let start = 8 + Int(length)
        var array: ArrayHeader?
        var names: [String] = []
        do {
            var scanner = JSONScanner(try file.bytes(8..<start))
            for member in try scanner.object().members where member.key != "__metadata__" {
                names.append(member.key)
                guard case .object(let object) = member.value else { throw MemberError(name: name) }
                array = try header(object, start: start)
            }
            try scanner.end()
        } catch let error as MemberError {
            throw damaged("its header lacks \"\(error.name)\", or it is not of its type")
        } catch {
            throw error as? StoreError ?? damaged("its header is none: \(error)")
        }
        guard let array, names == [name] else {
            throw damaged("its tensors are \(names), not \"\(name)\" alone")
        }
        return array
    }

    private static func header(
        _ object: JSONObject, start: Int
    ) throws(MemberError) -> ArrayHeader {
        let element: ArrayElement
        switch try object.string("dtype") {
        case "F32": element = .float32
        case "F16": element = .float16
        default: throw MemberError(name: "dtype")
        }
        guard case .array(let extents) = object["shape"], extents.count == 2,
            case .number(let rows) = extents[0], case .number(let columns) = extents[1],
            let rows = Int(rows), let columns = Int(columns), rows >= 0, columns >= 0
        else { throw MemberError(name: "shape") }
        guard try object.range("data_offsets").lowerBound == 0 else {
            throw MemberError(name: "data_offsets")
        }
        return ArrayHeader(element: element, dimensions: [rows, columns], start: start)
    }
}
