import EchoOpenCL

/// What of a device says which matrix unit it has.
package struct MatrixFacts: Hashable, Sendable {
    package var platform: String
    package var vendor: String
    package var name: String
    /// `AMD Instinct MI300X`; nil if the driver does not say.
    package var boardName: String?
    package var kind: Device.Kind
    package var extensions: Set<String>
    /// NVIDIA's compute capability times ten, 90 of 9.0; nil elsewhere.
    package var computeCapability: Int?
    /// Sub-group sizes that a kernel can ask for; Intel's.
    package var subGroupSizes: [Int]

    package init(
        platform: String, vendor: String, name: String, boardName: String? = nil,
        kind: Device.Kind, extensions: Set<String> = [], computeCapability: Int? = nil,
        subGroupSizes: [Int] = []
    ) {
        (self.platform, self.vendor) = (platform, vendor)
        (self.name, self.boardName, self.kind) = (name, boardName, kind)
        (self.extensions, self.subGroupSizes) = (extensions, subGroupSizes)
        self.computeCapability = computeCapability
    }

    package init(_ device: Device) {
        self.init(
            platform: device.platformName, vendor: device.vendor, name: device.name,
            boardName: device.boardName, kind: device.kind, extensions: device.extensions,
            computeCapability: device.computeCapability.map { 10 * $0.major + $0.minor },
            subGroupSizes: device.subGroupSizes)
    }

    /// The unit that a device has, and what tells, in words.
    package struct Finding: Hashable, Sendable {
        /// Nil if there is none that kernels are written for.
        package let layout: MatrixUnit.Layout?
        package let reason: String
    }

    /// Which unit the device has: by its vendor's own driver alone, since others compile what the kernels name
    /// (instructions of NVIDIA, built-in functions of AMD) differently or not at all.
    package var finding: Finding {
        guard kind == .gpu else {
            return Finding(layout: nil, reason: "it is no GPU")
        }
        return switch platform {
        case "NVIDIA CUDA": nvidia
        case "AMD Accelerated Parallel Processing": amd
        case let name where name.hasPrefix("Intel(R) OpenCL"): intel
        default: Finding(layout: nil, reason: "there are no kernels for those of '\(platform)'")
        }
    }

    private var nvidia: Finding {
        guard let computeCapability else {
            return Finding(layout: nil, reason: "the driver tells no compute capability")
        }
        let number = "compute capability \(computeCapability / 10).\(computeCapability % 10)"
        guard computeCapability >= 80 else {
            return Finding(layout: nil, reason: "\(number) is below 8.0")
        }
        return Finding(layout: .nvidia, reason: number)
    }

    private var amd: Finding {
        let names = [name, boardName ?? ""]
        guard let architecture = names.compactMap(Self.architecture).first else {
            return Finding(layout: nil, reason: "'\(name)' names no architecture (gfx...)")
        }
        guard let layout = Self.layouts[architecture] else {
            return Finding(layout: nil, reason: "there are no kernels for those of \(architecture)")
        }
        return Finding(layout: layout, reason: architecture)
    }

    private var intel: Finding {
        let name = "cl_intel_subgroup_matrix_multiply_accumulate"
        guard extensions.contains(name) else {
            return Finding(layout: nil, reason: "the driver has no \(name)")
        }
        switch subGroupSizes.min() {
        case 8: return Finding(layout: .xmx8, reason: "sub-groups of 8")
        case 16: return Finding(layout: .xmx16, reason: "sub-groups of 16")
        case let size:
            let found = size.map { "of \($0)" } ?? "of no size that a kernel can ask for"
            return Finding(
                layout: nil, reason: "its smallest sub-groups are \(found), not of 8 or 16")
        }
    }

    /// AMD's architectures that fragments are written for.
    ///
    /// gfx908 has MFMA too, and gfx950: neither was compiled for. gfx1250 has other WMMA than gfx1201.
    private static let layouts: [String: MatrixUnit.Layout] = [
        "gfx90a": .cdna, "gfx942": .cdna,
        "gfx1100": .rdna3, "gfx1101": .rdna3, "gfx1102": .rdna3, "gfx1103": .rdna3,
        "gfx1150": .rdna3, "gfx1151": .rdna3, "gfx1152": .rdna3,
        "gfx1200": .rdna4, "gfx1201": .rdna4,
    ]

    /// `gfx90a` of `gfx90a:sramecc+:xnack-`.
    private static func architecture(_ name: String) -> String? {
        name.firstMatch(of: #/\bgfx[0-9a-f]+/#).map { String($0.output) }
    }
}
