import EchoStore
import EchoTensor
import EchoTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(20))) struct NPYReaderTests {
    /// Reads a file of these bytes; its parts are version, header text and values.
    private static func read(
        version: [UInt8] = [1, 0], _ header: String, length: Int? = nil, _ values: [UInt8] = []
    ) throws -> HostTensor {
        let count = length ?? header.utf8.count
        var bytes = [0x93] + Array("NUMPY".utf8) + version
        bytes += (0..<(version[0] == 1 ? 2 : 4)).map {
            UInt8(truncatingIfNeeded: count >> (8 * $0))
        }
        return try read(bytes + Array(header.utf8) + values)
    }

    private static func read(_ bytes: [UInt8]) throws -> HostTensor {
        let scratch = try ScratchFolder()
        let path = try scratch.file("a.npy")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return try NPYFile.read(path)
    }

    private static func header(
        _ type: String = "<f4", order: String = "False", shape: String
    ) -> String {
        "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
    }

    private static let two: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0]

    @Test(arguments: [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }      \n",
        "{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<f4\"}",
        "{'shape': ( 2 ), 'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }",
    ])
    func dictionariesMayBeWrittenAnyWay(header: String) throws {
        for version in [[1, 0], [2, 0], [3, 0]] as [[UInt8]] {
            let tensor = try Self.read(version: version, header, Self.two)
            #expect(tensor.shape == [2])
            #expect(tensor.floats == [1, -2.5])
        }
    }

    @Test func float64IsRounded() throws {
        let values = [1.0 / 3, -1e300, 1e-300].flatMap { value in
            withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
        }
        // One byte more puts the values at an odd address.
        for space in ["", " "] {
            let tensor = try Self.read(Self.header("<f8", shape: "(3, 1)") + space, values)
            #expect(tensor.shape == [3, 1])
            #expect(tensor.floats == [Float(1.0 / 3), -.infinity, 0])
        }
    }

    @Test(arguments: [
        (header(">f4", shape: "(2,)"), "'>f4'"),
        (header("|O", shape: "(1,)"), "'|O'"),
        (header("<i4", shape: "(2,)"), "'<i4'"),
        (header(order: "True", shape: "(1, 2)"), "Fortran order"),
        (header(order: "0", shape: "(2,)"), "neither True nor False"),
        (header(shape: "(3,)"), "does not fit its 8 bytes"),
        (header(shape: "(1,)"), "does not fit its 8 bytes"),
        (header(shape: "(-2,)"), "not a number"),
        (header(shape: "(9223372036854775807,)"), "does not fit its 8 bytes"),
        (header(shape: "(9223372036854775808,)"), "not a number that fits"),
        (header(shape: "(4294967296, 4294967296)"), "does not fit its 8 bytes"),
        (header(shape: "(4611686018427387904, 4)"), "does not fit its 8 bytes"),
        (header(shape: "(4294967296, 4294967296, 0)"), "does not fit its 8 bytes"),
        (header(shape: "(\(String(repeating: "1,", count: 65)))"), "more than 64"),
        (header(shape: "2"), "lacks a '('"),
        (header(shape: "(2,"), "not a number"),
        ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", "records"),
        ("{'descr': '<f4', 'fortran_order': False}", "lacks descr"),
        ("{'descr': '<f4', 'descr': '<f4', 'shape': (2,)}", "'descr' too many"),
        ("{'descr': '<f4', 'x': '1', 'shape': (2,)}", "'x' too many"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} + evil()", "text after"),
        ("{'descr': '<f4", "not quoted"), ("", "lacks a '{'"), ("{", "not quoted"),
    ])
    func hostileHeadersAreRefused(header: String, reason: String) {
        let error = #expect(throws: StoreError.self) { try Self.read(header, Self.two) }
        #expect(error?.code == "malformed")
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    /// Found by `make fuzz`: mapping an empty file leaked a page.
    @Test func anEmptyFileIsRefusedBeforeItIsMapped() {
        let error = #expect(throws: StoreError.self) { try Self.read([]) }
        #expect("\(error, default: "none")".contains("it is empty"))
    }

    @Test func filesThatAreCutOffAreRefused() throws {
        let whole =
            [0x93] + Array("NUMPY".utf8) + [1, 0, 64, 0]
            + Array(Self.header(shape: "(2,)").utf8)
        for count in 0..<whole.count {
            #expect(throws: StoreError.self) { try Self.read(Array(whole[..<count])) }
        }
        #expect(throws: StoreError.self) {
            try Self.read(version: [2, 0], "{}", length: 0xFFFF_FFFF)
        }
        #expect(throws: StoreError.self) {
            try Self.read(version: [4, 0], Self.header(shape: "(2,)"), Self.two)
        }
        #expect(throws: StoreError.self) { try Self.read(Array("RIFF and so on".utf8)) }
    }
}
