import EchoModel
import Foundation
import Testing

/// Every way to break the format is an error that says what is wrong.
@Suite(.timeLimit(.minutes(20))) struct HostileHeaderTests {
    @Test(arguments: HostileFile.all)
    func aBrokenFileIsRefused(_ hostile: HostileFile) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(hostile.bytes)
        let error = #expect(throws: ModelError.self) { try SafetensorsFile(path: path) }
        let description = try #require(error).description
        #expect(description.hasPrefix(path + ": "))
        #expect(description.contains(hostile.complaint), "\(description)")
        #expect(description.count < 600)
    }

    @Test func whatIsNotAFileIsRefused() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let file = try folder.write("x", "file")
        let cases = [
            (folder.path, "not a regular file"), (pipe, "not a regular file"),
            ("/dev/null", "not a regular file"), (folder.path + "/none", "cannot be read"),
            (file + "/below", "cannot be read"),
        ]
        for (path, complaint) in cases {
            let error = #expect(throws: ModelError.self) { try SafetensorsFile(path: path) }
            #expect(error?.what.contains(complaint) == true, "\(path)")
        }
    }

    @Test(.enabled(if: getuid() != 0, "root reads everything"))
    func aFileWithoutPermissionIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("{}", "secret")
        #expect(chmod(path, 0) == 0)
        let error = #expect(throws: ModelError.self) { try SafetensorsFile(path: path) }
        #expect(error?.values.isEmpty == false)
    }

    @Test(arguments: [
        #"{"__metadata__":{"format":"pt","é":""}}"#,
        #"{ "__metadata__" : { } } "#,
        "{\n\t\r}",
        #"{"a":{"shape":[0,9223372036854775807],"data_offsets":[0,0],"dtype":"F32"}}"#,
        #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"later":[1,{"x":null}]}}"#,
        #"{"\u00e9\ud83c\udfa7\/":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
        #"{"a":{"dtype":"F4_NEW","shape":[3],"data_offsets":[0,0]}}"#,
    ])
    func unusualHeadersThatKeepTheFormatAreRead(_ header: String) throws {
        let folder = try TemporaryFolder()
        _ = try SafetensorsFile(path: folder.write(RawSafetensors.file(header: header)))
    }
}

/// A file that breaks the format, and a part of the error that it deserves.
struct HostileFile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let complaint: String

    private init(_ name: String, _ bytes: [UInt8], _ complaint: String) {
        testDescription = name
        self.bytes = bytes
        self.complaint = complaint
    }

    private init(_ name: String, header: String, data: Int = 0, _ complaint: String) {
        let data = [UInt8](repeating: 0, count: data)
        self.init(name, RawSafetensors.file(header: header, data: data), complaint)
    }

    /// A file of one tensor `a` described by `fields`.
    private init(_ name: String, tensor fields: String, data: Int = 4, _ complaint: String) {
        self.init(name, header: "{\"a\":{\(fields)}}", data: data, complaint)
    }

    private init(
        _ name: String, _ dtype: String = "F32", shape: String, offsets: String, data: Int = 4,
        _ complaint: String
    ) {
        let fields = #""dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)"#
        self.init(name, tensor: fields, data: data, complaint)
    }

    static let all = lengths + json + tensors + covers

    /// The members of so many tensors without elements.
    private static func empty(_ count: Int) -> String {
        (0..<count).map { #""\#($0)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}"# }
            .joined(separator: ",")
    }

    private static let lengths = [
        HostileFile("empty", [], "the file is empty"),
        HostileFile("7 bytes", [2, 0, 0, 0, 0, 0, 0], "too short"),
        HostileFile("no header", RawSafetensors.file(header: ""), "does not begin with '{'"),
        HostileFile(
            "header past the end", RawSafetensors.file(header: "{}", length: 3),
            "past the end of the file"),
        HostileFile(
            "header of 100 MB", RawSafetensors.file(header: "{}", length: 100_000_000),
            "past the end of the file"),
        HostileFile(
            "header above 100 MB", RawSafetensors.file(header: "{}", length: 100_000_001),
            "out of range"),
        HostileFile(
            "header of 2^64 - 1", RawSafetensors.file(header: "{}", length: .max), "out of range"),
        HostileFile(
            "header of 2^63 - 1", RawSafetensors.file(header: "{}", length: 1 << 63 - 1),
            "out of range"),
        HostileFile(
            "header cut short", RawSafetensors.file(header: "{ }", length: 1), "found the end"),
        HostileFile(
            "more tensors than any model has", header: "{\(empty(1 << 16 + 1))}",
            "more than 65536 tensors"),
        HostileFile("a zip archive", [UInt8]("PK\u{3}\u{4}zzzzzzzz".utf8), "is a zip file"),
    ]

    private static let json = [
        HostileFile("an array", header: "[]", "does not begin with '{'"),
        HostileFile("leading space", header: " {}", "does not begin with '{'"),
        HostileFile("not closed", header: "{", "found the end"),
        HostileFile("a text after", header: "{}x", "expected the end, found 'x'"),
        HostileFile("a NUL after", header: "{}\u{0}", "found byte 0x0"),
        HostileFile("trailing comma", header: #"{"__metadata__":{},}"#, "expected '\"'"),
        HostileFile("no colon", header: #"{"a" 1}"#, "expected ':'"),
        HostileFile("no quotes", header: "{a:1}", "expected '\"', found 'a'"),
        HostileFile("a byte-order mark inside", header: "{\u{FEFF}}", "found byte 0xef"),
        HostileFile("open string", header: #"{"abc"#, "found the end"),
        HostileFile("control character", header: "{\"a\nb\":1}", "control character"),
        HostileFile("bad escape", header: #"{"\x":1}"#, "expected an escape, found 'x'"),
        HostileFile("bad hexadecimal", header: #"{"\u00g0":1}"#, "four hexadecimal digits"),
        HostileFile("first half of a pair", header: #"{"\ud83c":1}"#, "half a surrogate pair"),
        HostileFile("second half of a pair", header: #"{"\udfa7":1}"#, "half a surrogate pair"),
        HostileFile("two first halves", header: #"{"\ud83c\ud83c":1}"#, "half a surrogate pair"),
        HostileFile(
            "not UTF-8", RawSafetensors.file(header: "{\"@\":1}").map { $0 == 0x40 ? 0xFF : $0 },
            "not UTF-8"),
        HostileFile(
            "overlong UTF-8",
            [7, 0, 0, 0, 0, 0, 0, 0] + [0x7B, 0x22, 0xC0, 0xAF, 0x22, 0x3A, 0x7D], "not UTF-8"),
        HostileFile(
            "nested arrays", tensor: #""x":"# + String(repeating: "[", count: 1_000_000),
            "nested deeper than 32 levels"),
        HostileFile(
            "nested objects", tensor: String(repeating: #""x":{"#, count: 100_000),
            "nested deeper than 32 levels"),
        HostileFile("tensor is a number", header: #"{"a":1}"#, "expected '{', found '1'"),
        HostileFile("metadata is a string", header: #"{"__metadata__":"a"}"#, "expected '{'"),
        HostileFile("metadata to number", header: #"{"__metadata__":{"a":1}}"#, "expected '\"'"),
        HostileFile(
            "metadata to object", header: #"{"__metadata__":{"a":{}}}"#, "expected '\"'"),
        HostileFile(
            "metadata twice", header: #"{"__metadata__":{},"__metadata__":{}}"#,
            #"duplicate key "__metadata__""#),
        HostileFile(
            "a key of metadata twice", header: #"{"__metadata__":{"k":"","k":""}}"#,
            #"duplicate key "k""#),
        HostileFile(
            "tensor twice",
            header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                + #""a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, data: 8,
            #"duplicate key "a""#),
        HostileFile(
            "tensor twice, once escaped",
            header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                + #""\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, data: 8,
            #"duplicate key "a""#),
        HostileFile(
            "terminal codes in a name", header: #"{"\u001b[2J":{},"b":1}"#, #"\u{1b}[2J"#),
    ]

    private static let tensors = [
        HostileFile("nothing said", tensor: "", "lacks its dtype"),
        HostileFile(
            "no dtype", tensor: #""shape":[1],"data_offsets":[0,4]"#, "lacks its dtype"),
        HostileFile(
            "no shape", tensor: #""dtype":"F32","data_offsets":[0,4]"#, "lacks its dtype"),
        HostileFile("no offsets", tensor: #""dtype":"F32","shape":[1]"#, "lacks its dtype"),
        HostileFile("one offset", shape: "[1]", offsets: "[0]", "two data_offsets"),
        HostileFile("three offsets", shape: "[1]", offsets: "[0,4,4]", "more than 2 values"),
        HostileFile(
            "shape twice", tensor: #""dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]"#,
            #"duplicate key "shape""#),
        HostileFile("dtype a number", tensor: #""dtype":32"#, "expected '\"'"),
        HostileFile("shape a number", shape: "1", offsets: "[0,4]", "expected '['"),
        HostileFile("shape of text", shape: #"["1"]"#, offsets: "[0,4]", "expected a value"),
        HostileFile("shape of null", shape: "[null]", offsets: "[0,4]", "expected a value"),
        HostileFile("fraction", shape: "[1.0]", offsets: "[0,4]", #""1.0" is not a 64-bit"#),
        HostileFile("exponent", shape: "[1e0]", offsets: "[0,4]", #""1e0" is not a 64-bit"#),
        HostileFile("leading zero", shape: "[01]", offsets: "[0,4]", "expected ']'"),
        HostileFile("plus sign", shape: "[+1]", offsets: "[0,4]", "expected a value"),
        HostileFile("negative extent", shape: "[-1]", offsets: "[0,4]", "negative -1"),
        HostileFile("two negative extents", shape: "[-1,-1]", offsets: "[0,4]", "negative -1"),
        HostileFile("negative offset", shape: "[1]", offsets: "[-4,0]", "negative -4"),
        HostileFile(
            "extent of 2^63", shape: "[9223372036854775808]", offsets: "[0,4]", "64-bit integer"),
        HostileFile(
            "offset of 2^64", shape: "[1]", offsets: "[0,18446744073709551616]", "64-bit integer"),
        HostileFile(
            "product of 2^64", shape: "[4294967296,4294967296]", offsets: "[0,4]",
            "larger than memory"),
        HostileFile(
            "product of 2^64 before a zero", shape: "[4294967296,4294967296,0]",
            offsets: "[0,0]", data: 0, "larger than memory"),
        HostileFile(
            "bytes above 2^63", shape: "[4611686018427387904]", offsets: "[0,4]",
            "larger than memory"),
        HostileFile(
            "product of 2^64 in an unknown dtype", "X1", shape: "[4294967296,4294967296]",
            offsets: "[0,4]", "larger than memory"),
        HostileFile(
            "rank 65", shape: "[" + String(repeating: "1,", count: 64) + "1]", offsets: "[0,4]",
            "more than 64 values"),
    ]

    private static let covers = [
        HostileFile("ends before it begins", shape: "[1]", offsets: "[4,0]", "before it begins"),
        HostileFile("range too short", shape: "[2]", offsets: "[0,4]", "takes 8 bytes"),
        HostileFile("range too long", shape: "[1]", offsets: "[0,8]", data: 8, "takes 4 bytes"),
        HostileFile("range of halves", "BF16", shape: "[1]", offsets: "[0,4]", "takes 2 bytes"),
        HostileFile("range of doubles", "F64", shape: "[1]", offsets: "[0,4]", "takes 8 bytes"),
        HostileFile("range of bytes", "U8", shape: "[1]", offsets: "[0,4]", "takes 1 bytes"),
        HostileFile("a hole in front", shape: "[1]", offsets: "[4,8]", data: 8, "a hole before"),
        HostileFile("a hole behind", shape: "[1]", offsets: "[0,4]", data: 5, "go on after"),
        HostileFile("no tensor for the data", header: "{}", data: 1, "go on after"),
        HostileFile("data cut short", shape: "[1]", offsets: "[0,4]", data: 3, "past the end"),
        HostileFile("no data", shape: "[1]", offsets: "[0,4]", data: 0, "past the end"),
        HostileFile(
            "far offsets", shape: "[1]", offsets: "[9223372036854775803,9223372036854775807]",
            "a hole before"),
        HostileFile(
            "an unknown dtype past the end", "X1", shape: "[1]",
            offsets: "[0,9223372036854775807]", "past the end"),
        HostileFile(
            "two tensors in one place",
            header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                + #""b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: 4, "overlaps"),
        HostileFile(
            "an overlap of two bytes",
            header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                + #""b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#, data: 6, "overlaps"),
        HostileFile(
            "a hole between",
            header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
                + #""b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#, data: 12,
            "a hole before"),
    ]
}
