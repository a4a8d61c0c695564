import EchoGPU
import EchoGraph
import EchoOpenCL
import EchoVerify
import Foundation
import Testing

/// What operations say of the sizes that matter to them: `tune` checks and times by it.
@Suite(.timeLimit(.minutes(20))) struct TilingSizesTests {
    private static let kernels = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../Kernels").standardized
    private static let operations = Dictionary(
        OperationCase.all.map { ($0.operation.stem, $0.operation) },
        uniquingKeysWith: { first, _ in first })

    /// The names of a family's macros.
    private static func names(_ family: KernelFamily, _ device: Device) -> Set<String> {
        let description = Tiling(for: device).description(family)
        return Set(description.split(separator: " ").map { String($0.prefix { $0 != "=" }) })
    }

    /// Every size that the text of an operation's kernels reads is one that it declares, and it declares none that there
    /// is not.
    @Test(arguments: KernelFamily.allCases)
    func operationsDeclareWhatTheirKernelsRead(family: KernelFamily) throws {
        let device = try #require(OperationTests.devices.first)
        let names = Self.names(family, device)
        for (stem, operation) in Self.operations {
            let declared = Tiling.sizes(of: operation, family)
            #expect(declared.isSubset(of: names), "\(stem), \(family): \(declared)")
            guard try Self.hasKernel(stem, family) else { continue }
            for file in try Self.files(of: stem, family) {
                let read = try Self.words(of: file, family).intersection(names)
                #expect(
                    read.isSubset(of: declared),
                    "\(stem), \(family): \(file).cl reads \(read.subtracting(declared).sorted())")
            }
        }
        let declared = Self.operations.values.reduce(into: Set<String>()) {
            $0.formUnion(Tiling.sizes(of: $1, family))
        }
        #expect(declared == names, "\(names.symmetricDifference(declared))")
    }

    /// What once was left out of lists that were kept by hand.
    @Test func stagesReachEveryOperationThatReadsTheirSizes() throws {
        func stems(_ stage: TuningStage, _ family: KernelFamily) -> Set<String> {
            Set(Self.operations.filter { stage.matters(to: $0.value, family) }.keys)
        }
        #expect(stems(.products, .simt).isSuperset(of: ["matmul", "matmul_norm", "patch_embed"]))
        #expect(stems(.rows, .simt).isSuperset(of: ["layer_norm", "attention_pool", "stft"]))
        #expect(stems(.products, .simd).isSuperset(of: ["attention_pool", "encoder_layer"]))
        #expect(stems(.attention, .simt) == ["attention"])
        #expect(stems(.stack, .simt) == ["encoder_stack"])
        #expect(stems(.rows, .simd).isEmpty && stems(.stack, .simd).isEmpty)
    }

    /// Both widths of the published models are timed, in what the encoder runs.
    @Test func whatIsTimedIsTheEncoders() throws {
        let shapes = EncoderShapes(for: try #require(OperationTests.devices.first))
        for family in KernelFamily.allCases {
            for stage in TuningStage.allCases where !stage.sizes(family).isEmpty {
                let cases = shapes.cases(stage, family)
                let isRead = cases.contains { stage.matters(to: $0.operation, family) }
                #expect(isRead, "\(stage) \(family)")
                let widths = cases.compactMap {
                    $0.shape.firstMatch(of: #/(D=|heads=)(\d+)/#)?.output.2
                }
                #expect(
                    Set(widths).isSuperset(of: ["192", "384"]) || Set(widths) == ["3", "6"],
                    "\(stage) \(family): \(cases)")
            }
        }
        let products = shapes.cases(.products, .simt).map(\.operation.stem)
        #expect(products.count { $0 == "matmul_norm" } == 4)
        #expect(shapes.cases(.rows, .simt).contains { $0.operation is AttentionPool })
    }

    // MARK: The text of kernels

    private static func text(of file: String) throws -> String {
        try String(contentsOf: kernels.appending(path: "\(file).cl"), encoding: .utf8)
    }

    /// False where the kernel is another operation's, as `pcm_stft` has `stft`'s.
    private static func hasKernel(_ stem: String, _ family: KernelFamily) throws -> Bool {
        let path = kernels.appending(path: "\(stem).cl").path
        guard FileManager.default.fileExists(atPath: path) else { return false }
        return try text(of: stem).contains("\(stem)_\(family)_f32(")
    }

    /// The operation's file and those that the heads of both say that they require; common.cl has no kernel's sizes.
    private static func files(of stem: String, _ family: KernelFamily) throws -> [String] {
        let others =
            family == .simd
            ? ["product_group", "attend_group"] : ["product", "attend", "normalise", "slots"]
        var files: [String] = []
        var waiting = [stem]
        while let file = waiting.popLast() {
            guard !files.contains(file), file != "common", !others.contains(file) else { continue }
            files.append(file)
            let head = try text(of: file).prefix(3000)
            guard let start = head.range(of: "Requires ") else { continue }
            let sentence = head[start.upperBound...].prefix(200)
            waiting += sentence.matches(of: #/([a-z_]+)\.cl/#).map { String($0.output.1) }
                .filter { !$0.hasPrefix("fragment") && !$0.hasSuffix("_matrix") }
        }
        return files
    }

    /// The words of a file's branch for a family, without comments and without the defaults of its macros.
    private static func words(of file: String, _ family: KernelFamily) throws -> Set<String> {
        /// Of each condition around a line: whether its branch is compiled, and whether one was.
        var branches: [(isActive: Bool, isDecided: Bool)] = []
        var (words, last) = (Set<Substring>(), Substring())
        let own = "FAMILY_\(family.rawValue.uppercased())"
        for line in try text(of: file).split(separator: "\n", omittingEmptySubsequences: false) {
            let code = line.split(separator: "//", omittingEmptySubsequences: false)[0]
            defer { last = code }
            let isAboutFamilies = code.contains("FAMILY_")
            if code.hasPrefix("#if") {
                let isActive = !isAboutFamilies || code.contains(own) != code.hasPrefix("#ifndef")
                branches.append((isActive, isAboutFamilies && isActive))
            } else if code.hasPrefix("#elif"), isAboutFamilies, let branch = branches.last {
                let isActive = !branch.isDecided && code.contains(own)
                branches[branches.count - 1] = (isActive, branch.isDecided || isActive)
            } else if code.hasPrefix("#else"), let branch = branches.last {
                // Of other conditions both sides count.
                branches[branches.count - 1].isActive = !branch.isDecided
            } else if code.hasPrefix("#endif") {
                branches.removeLast()
            }
            let isDefault =
                code.hasPrefix("#ifndef") || last.hasPrefix("#ifndef") && code.hasPrefix("#define")
            guard branches.allSatisfy(\.isActive), !isDefault else { continue }
            words.formUnion(code.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
        }
        return Set(words.map(String.init))
    }
}
