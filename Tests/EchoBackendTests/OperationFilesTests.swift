import EchoGraph
import EchoKernels
import EchoVerify
import Foundation
import Testing

/// What "Adding an operation" in CONTRIBUTING.md asks for: a file that was forgotten has a name here.
@Suite(.timeLimit(.minutes(20))) struct OperationFilesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Operations without cases of their own, and why.
    private static let withoutCases = [
        "Convert":
            "HalfPrecisionTests: there is one nearest half, and no graph but that of halves has it"
    ]

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Names of the files of a folder that end so, without the ending.
    private static func stems(_ folder: String, _ ending: String) throws -> [String] {
        try FileManager.default
            .contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
    }

    /// Operations by their descriptors' files; those with a plus are parts of another's.
    static let operations =
        ((try? stems("Sources/EchoGraph/Operations", ".swift")) ?? []).filter { !$0.contains("+") }

    @Test func everyKernelIsEmbeddedAsItIs() throws {
        var count: Int32 = 0
        let sources = UnsafeBufferPointer(start: echo_kernel_sources(&count), count: Int(count))
        let embedded = Dictionary(
            uniqueKeysWithValues: sources.map {
                (String(cString: $0.name), String(cString: $0.text))
            })
        let names = try Self.stems("Kernels", ".cl")
        #expect(
            embedded.keys.sorted() == names, "Kernels/kernels.c embeds one file for each kernel")
        for name in names {
            let file = try Self.text("Kernels/\(name).cl")
            #expect(
                embedded[name] == file,
                "\(name) in the binary is not the file: build again, or see Kernels/kernels.c")
        }
    }

    @Test func packageSwiftLeavesEveryKernelOut() throws {
        let manifest = try Self.text("Package.swift")
        for name in try Self.stems("Kernels", ".cl") {
            #expect(
                manifest.contains("\"\(name).cl\","),
                "\(name).cl is missing in Package.swift, in what EchoKernels excludes")
        }
    }

    @Test func everyKernelOpensWithItsContract() throws {
        for name in try Self.stems("Kernels", ".cl") {
            let first = try Self.text("Kernels/\(name).cl").prefix(3)
            #expect(
                first.hasPrefix("//") || first.hasPrefix("/*"),
                "\(name).cl must begin with a comment that says what it is")
        }
    }

    @Test func thereAreOperations() { #expect(Self.operations.count >= 15) }

    @Test(arguments: operations)
    func anOperationHasItsFiles(name: String) throws {
        let descriptor = try Self.text("Sources/EchoGraph/Operations/\(name).swift")
        let lines = descriptor.split(separator: "\n", omittingEmptySubsequences: false)
        let declaration = try #require(
            lines.firstIndex { $0.hasPrefix("package struct \(name):") },
            "Sources/EchoGraph/Operations/\(name).swift declares no \(name)")
        #expect(
            lines[..<declaration].last?.hasPrefix("///") == true,
            "\(name) has no comment above its declaration that says what it computes")
        #expect(
            descriptor.contains("static let stem"), "\(name) has no stem for its files' names")

        // What a fused operation means is the graph that it stands for.
        if !lines[declaration].contains("FusedOperation") {
            #expect(
                try Self.stems("Sources/EchoCPU", ".swift").contains(name),
                "Sources/EchoCPU/\(name).swift is missing: the CPU path is the definition")
        }
        #expect(
            try Self.stems("Sources/EchoGPU/Operations", ".swift").contains(name),
            "Sources/EchoGPU/Operations/\(name).swift is missing: its kernel, or why it declines")
    }

    @Test(arguments: operations)
    func anOperationHasCases(name: String) throws {
        let cases = OperationCase.all.filter { "\(type(of: $0.operation))" == name }
        if let reason = Self.withoutCases[name] {
            #expect(cases.isEmpty, "\(name) has cases now; it had none since \(reason)")
            return
        }
        #expect(
            !cases.isEmpty,
            """
            \(name) has no case in OperationCase.all: nothing compares its kernel with the CPU path. Add \
            Sources/EchoVerify/Cases/\(name).swift and its line in OperationCase.swift.
            """)
        #expect(
            try Self.stems("Sources/EchoVerify/Cases", ".swift").contains(name),
            "the cases of \(name) are not in Sources/EchoVerify/Cases/\(name).swift")
    }
}
