import EchoInvariant

/// Which device a user asks for: `auto`, `gpu`, `cpu`, `all`, `P:D`, a number or part of a device's name.
package enum DeviceSelector: Hashable, Sendable, CustomStringConvertible {
    /// The best OpenCL device of any kind.
    case auto
    /// The best OpenCL device that is a GPU.
    case gpu
    /// The CPU path, which is no OpenCL device.
    case cpuPath
    /// Every GPU, or if there is none every OpenCL device, for who can use several.
    case all
    /// The device that `clinfo -l` gives these numbers.
    case index(platform: Int, device: Int)
    /// The device at this place of the list that 'echo-gpu devices' prints, from 0.
    case place(Int)
    /// The best of the devices with this in their names, in whatever case.
    case name(String)

    /// Reads what the user wrote; anything that is nothing else is part of a name.
    package init(_ text: String) {
        let text = text.trimmingBlanks()
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, let platform = Self.number(parts[0]),
            let device = Self.number(parts[1])
        {
            self = .index(platform: platform, device: device)
            return
        }
        // Of three digits and more it is part of a name: 4090.
        if text.utf8.count <= 2, let place = Self.number(text[...]) {
            self = .place(place)
            return
        }
        switch text.lowercased() {
        case "auto": self = .auto
        case "gpu": self = .gpu
        case "cpu": self = .cpuPath
        case "all": self = .all
        default: self = .name(text)
        }
    }

    /// As the user would write it.
    package var description: String {
        switch self {
        case .auto: "auto"
        case .gpu: "gpu"
        case .cpuPath: "cpu"
        case .all: "all"
        case .index(let platform, let device): "\(platform):\(device)"
        case .place(let place): "\(place)"
        case .name(let part): "\"\(part)\""
        }
    }

    /// The best available device that answers to the selector.
    ///
    /// Discrete GPUs come before integrated ones, these before accelerators, these before CPUs;
    /// within a kind more compute units win, then the lower number.
    ///
    /// - Throws: ``OpenCLError/noDevice(asked:present:)`` if there is none.
    /// - Precondition: The selector is not ``cpuPath``.
    package func select(from devices: [Device]) throws(OpenCLError) -> Device {
        invariant(self != .cpuPath, "the CPU path is no OpenCL device")
        if case .place(let place) = self {
            guard devices.indices.contains(place), devices[place].isAvailable else {
                throw .noDevice(asked: self, present: devices.map(\.presence))
            }
            return devices[place]
        }
        var best: Device?
        for device in devices where device.isAvailable && matches(device) {
            if let leader = best, device.rank <= leader.rank { continue }
            best = device
        }
        guard let best else {
            throw .noDevice(asked: self, present: devices.map(\.presence))
        }
        return best
    }

    /// Every available GPU; if there is none every accelerator and CPU. Beside a GPU a CPU gains
    /// little, and rounds otherwise; devices of other kinds have to be asked for.
    ///
    /// - Throws: ``OpenCLError/noDevice(asked:present:)`` if there is none.
    package static func selectAll(from devices: [Device]) throws(OpenCLError) -> [Device] {
        let usable = devices.filter { $0.isAvailable && $0.kind != .other }
        guard !usable.isEmpty else {
            throw .noDevice(asked: .all, present: devices.map(\.presence))
        }
        let gpus = usable.filter { $0.kind == .gpu }
        return gpus.isEmpty ? usable : gpus
    }

    private func matches(_ device: Device) -> Bool {
        switch self {
        case .auto, .all: true
        case .gpu: device.kind == .gpu
        case .cpuPath, .place: false
        case .index(let platform, let number):
            device.platformIndex == platform && device.deviceIndex == number
        case .name(let part):
            !part.isEmpty && device.name.lowercased().contains(part.lowercased())
        }
    }

    private static func number(_ text: Substring) -> Int? {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }

    /// Whether other programs have such a name for a device.
    package var isOfOtherPrograms: Bool { meant(lacksGPU: false) != nil }

    /// What to write instead of a name that other programs have for a device; nil if it is none of these.
    ///
    /// - Parameter lacksGPU: True if there are devices, and none of them is a GPU.
    func meant(lacksGPU: Bool) -> String? {
        guard case .name(let text) = self else { return nil }
        // cuda:0 and cuda0 as well as cuda.
        let word = text.lowercased().prefix { $0.isLetter }
        let number = text.dropFirst(word.count).drop { $0 == ":" }
        guard number.isEmpty || Self.number(number) != nil else { return nil }
        let kind: String
        switch word {
        case "cuda", "rocm", "hip", "metal", "mps", "xpu", "vulkan", "gpu": kind = "gpu"
        case "opencl", "best", "default", "any": kind = "auto"
        case "cpu", "host": kind = "cpu"
        default: return nil
        }
        if kind == "gpu", lacksGPU {
            return "Every GPU is reached by OpenCL here, and there is none: --device gpu fails too."
        }
        return number.isEmpty
            ? "Every GPU is reached by OpenCL here: pass --device \(kind)."
            : "Pass --device \(kind), or a number of 'echo-gpu devices', such as 0."
    }
}

extension Device {
    /// Greater is better: first by kind, then by compute units.
    fileprivate var rank: (Int, Int) {
        let kindRank =
            switch kind {
            case .gpu: sharesHostMemory ? 3 : 4
            case .accelerator: 2
            case .cpu: 1
            case .other: 0
            }
        return (kindRank, computeUnitCount)
    }

    /// The device in a list of those that are there.
    fileprivate var presence: OpenCLError.Present {
        .init(
            kind: kind,
            description: "\(label) (\(kind.rawValue)\(isAvailable ? "" : ", not available"))")
    }
}
