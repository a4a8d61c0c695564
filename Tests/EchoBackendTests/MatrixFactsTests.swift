import EchoGPU
import EchoOpenCL
import Testing

/// Which matrix unit is found on real devices, as their drivers describe themselves.
@Suite(.timeLimit(.minutes(20))) struct MatrixFactsTests {
    /// A device in the words of its driver, the unit that it has, and what the reason says.
    struct Card: Sendable, CustomStringConvertible {
        let facts: MatrixFacts
        let layout: MatrixUnit.Layout?
        let reason: String

        var description: String { "\(facts.name) (\(facts.platform))" }
    }

    private static func nvidia(
        _ name: String, _ capability: Int?, _ layout: MatrixUnit.Layout?, _ reason: String
    ) -> Card {
        Card(
            facts: MatrixFacts(
                platform: "NVIDIA CUDA", vendor: "NVIDIA Corporation", name: name, kind: .gpu,
                extensions: capability == nil ? [] : ["cl_nv_device_attribute_query"],
                computeCapability: capability), layout: layout, reason: reason)
    }

    private static func amd(
        _ name: String, board: String? = nil, _ layout: MatrixUnit.Layout?, _ reason: String
    ) -> Card {
        Card(
            facts: MatrixFacts(
                platform: "AMD Accelerated Parallel Processing",
                vendor: "Advanced Micro Devices, Inc.", name: name, boardName: board, kind: .gpu),
            layout: layout, reason: reason)
    }

    private static let dpas = "cl_intel_subgroup_matrix_multiply_accumulate"

    private static func intel(
        _ name: String, _ sizes: [Int], hasDPAS: Bool = true, kind: Device.Kind = .gpu,
        platform: String = "Intel(R) OpenCL Graphics", _ layout: MatrixUnit.Layout?,
        _ reason: String
    ) -> Card {
        Card(
            facts: MatrixFacts(
                platform: platform, vendor: "Intel(R) Corporation", name: name, kind: kind,
                extensions: Set(["cl_intel_required_subgroup_size"] + (hasDPAS ? [dpas] : [])),
                subGroupSizes: sizes), layout: layout, reason: reason)
    }

    private static func other(
        _ platform: String, _ name: String, vendor: String, kind: Device.Kind = .gpu,
        capability: Int? = nil, _ reason: String
    ) -> Card {
        Card(
            facts: MatrixFacts(
                platform: platform, vendor: vendor, name: name, kind: kind, extensions: [dpas],
                computeCapability: capability, subGroupSizes: [8, 16]),
            layout: nil, reason: reason)
    }

    static let cards: [Card] = [
        nvidia("NVIDIA H100 80GB HBM3", 90, .nvidia, "9.0"),
        nvidia("NVIDIA H200", 90, .nvidia, "9.0"),
        nvidia("NVIDIA A100-SXM4-80GB", 80, .nvidia, "8.0"),
        nvidia("NVIDIA A10", 86, .nvidia, "8.6"),
        nvidia("NVIDIA GeForce RTX 3090", 86, .nvidia, "8.6"),
        nvidia("NVIDIA GeForce RTX 4090", 89, .nvidia, "8.9"),
        nvidia("NVIDIA L4", 89, .nvidia, "8.9"),
        nvidia("Orin", 87, .nvidia, "8.7"),
        nvidia("NVIDIA B200", 100, .nvidia, "10.0"),
        nvidia("NVIDIA GeForce RTX 5090", 120, .nvidia, "12.0"),
        nvidia("Tesla T4", 75, nil, "7.5 is below 8.0"),
        nvidia("Tesla V100-SXM2-16GB", 70, nil, "7.0 is below 8.0"),
        nvidia("NVIDIA GeForce GTX 1080", 61, nil, "6.1 is below 8.0"),
        nvidia("NVIDIA H100 PCIe", nil, nil, "tells no compute capability"),

        amd("gfx90a:sramecc+:xnack-", board: "AMD Instinct MI250X", .cdna, "gfx90a"),
        amd("gfx942:sramecc+:xnack-", board: "AMD Instinct MI300X", .cdna, "gfx942"),
        amd("gfx1100", board: "AMD Radeon RX 7900 XTX", .rdna3, "gfx1100"),
        amd("gfx1101", board: "AMD Radeon RX 7800 XT", .rdna3, "gfx1101"),
        amd("gfx1103", board: "AMD Radeon 780M Graphics", .rdna3, "gfx1103"),
        amd("gfx1201", board: "AMD Radeon RX 9070 XT", .rdna4, "gfx1201"),
        amd("AMD Radeon RX 7900 XTX", board: "gfx1100", .rdna3, "gfx1100"),
        amd("gfx1030", board: "AMD Radeon RX 6800", nil, "gfx1030"),
        amd("gfx906:sramecc+:xnack-", board: "AMD Radeon VII", nil, "gfx906"),
        amd("gfx908:sramecc+:xnack-", board: "AMD Instinct MI100", nil, "gfx908"),
        amd("gfx950", board: "AMD Instinct MI355X", nil, "gfx950"),
        amd("Ellesmere", board: "AMD Radeon RX 580", nil, "names no architecture"),

        intel("Intel(R) Arc(TM) A770 Graphics", [8, 16, 32], .xmx8, "of 8"),
        intel("Intel(R) Arc(TM) A380 Graphics", [8, 16, 32], .xmx8, "of 8"),
        intel("Intel(R) Data Center GPU Max 1550", [16, 32], .xmx16, "of 16"),
        intel("Intel(R) Arc(TM) B580 Graphics", [16, 32], .xmx16, "of 16"),
        intel("Intel(R) Iris(R) Xe Graphics", [8, 16, 32], hasDPAS: false, nil, dpas),
        intel("Intel(R) UHD Graphics 770", [8, 16, 32], hasDPAS: false, nil, dpas),
        intel("Intel(R) Graphics [of tomorrow]", [32], nil, "of 32, not of 8 or 16"),
        intel("Intel(R) Graphics [without sizes]", [], nil, "no size"),
        intel(
            "Intel(R) Xeon(R) Platinum 8592", [4, 8, 16, 32, 64], kind: .cpu,
            platform: "Intel(R) OpenCL", nil, "no GPU"),
        intel(
            "Intel(R) FPGA Emulation Device", [4, 8], kind: .accelerator,
            platform: "Intel(R) FPGA Emulation Platform for OpenCL(TM)", nil, "no GPU"),

        other(
            "Portable Computing Language", "pthread-skylake-avx512-AMD EPYC",
            vendor: "AuthenticAMD", kind: .cpu, "no GPU"),
        other(
            "Portable Computing Language", "NVIDIA GeForce RTX 4090", vendor: "NVIDIA Corporation",
            capability: 89, "'Portable Computing Language'"),
        other(
            "rusticl", "AMD Radeon RX 7900 XTX (radeonsi, gfx1100, LLVM 17.0.6, DRM 3.57)",
            vendor: "AMD", "'rusticl'"),
        other(
            "rusticl", "NVIDIA GeForce RTX 4090 (zink)", vendor: "NVIDIA", capability: 89,
            "'rusticl'"),
        other("rusticl", "Mesa Intel(R) Arc(tm) A770 Graphics (DG2)", vendor: "Intel", "'rusticl'"),
        other("Clover", "AMD Radeon (gfx1100, LLVM 15)", vendor: "AMD", "'Clover'"),
        other("Apple", "Apple M3 Max", vendor: "Apple", "'Apple'"),
        other("ARM Platform", "Mali-G715", vendor: "ARM", "'ARM Platform'"),
        other("Oclgrind", "Oclgrind Simulator", vendor: "University of Bristol", "'Oclgrind'"),
    ]

    @Test(arguments: cards)
    func theUnitFollowsFromWhatTheDriverSays(card: Card) {
        let finding = card.facts.finding
        #expect(finding.layout == card.layout, "\(finding.reason)")
        #expect(finding.reason.contains(card.reason), "\(finding.reason)")
    }

    @Test func whatIsFoundIsUsedUnasked() throws {
        for card in Self.cards {
            let use = try MatrixUnitChoice.usual.use(
                on: card.facts, family: .simt, environment: [:])
            #expect(use.unit == card.layout.map { MatrixUnit($0) } && !use.isAskedFor)
        }
    }

    /// `$ECHO_MATRIX` comes before what is found; kernels for CPU devices use no unit.
    @Test func whatIsAskedForComesFirst() throws {
        let facts = Self.cards[0].facts
        func unit(
            _ value: String, _ choice: MatrixUnitChoice = .usual, family: KernelFamily = .simt
        ) throws -> MatrixUnit? {
            try choice.use(on: facts, family: family, environment: ["ECHO_MATRIX": value]).unit
        }
        let emulated = MatrixUnit(.rdna3, isEmulated: true)
        #expect(try unit("off") == nil)
        #expect(try unit("") == MatrixUnit(.nvidia))
        #expect(try unit("emulated-rdna3") == emulated)
        #expect(try unit("emulated-rdna3", family: .simd) == nil)
        #expect(try unit("nvidia", .unit(emulated)) == emulated)
        #expect(try unit("nvidia", .off) == nil)
    }

    @Test func everyUnitHasItsName() {
        for layout in MatrixUnit.Layout.allCases {
            for unit in [MatrixUnit(layout), MatrixUnit(layout, isEmulated: true)] {
                #expect(MatrixUnit(name: unit.name) == unit)
            }
        }
        #expect(MatrixUnit(name: "emulated-") == nil && MatrixUnit(name: "volta") == nil)
    }
}
