import EchoExtract
import EchoFormats

/// A list of devices as text.
enum DeviceReport {
    static func lines(_ list: DeviceList) -> [String] {
        var table = TextTable([
            .left("device"), .left("name"), .left("type"), .right("units"), .right("memory/MB"),
            .right("local/KB"), .left("half"), .left("sub-groups"), .left("matrix"),
            .left("OpenCL"), .left("driver"), .left("platform"),
        ])
        for platform in list.platforms {
            for device in platform.devices { table.append(row(device, of: platform)) }
        }
        table.append([
            list.cpuPath, "CPU path (oneDNN)", "cpu", "", "", "", "", "", "", "", "", "no OpenCL",
        ])
        let remedy =
            "No OpenCL device found. "
            + (list.note ?? "Install a platform (Debian: pocl-opencl-icd).")
        let units = list.platforms.flatMap(\.devices).flatMap(unitLines)
        return table.lines + units + (list.platforms.allSatisfy(\.devices.isEmpty) ? [remedy] : [])
    }

    private static func unitLines(_ device: DeviceList.Device) -> [String] {
        let matrix = device.matrix
        let unit = "\(device.selector): matrix unit \(matrix.unit ?? "none"): \(matrix.reason)"
        return [unit]
            + matrix.verdicts.map {
                "\(device.selector): \($0.unit), \($0.precision), \($0.model): \($0.result)"
            }
    }

    private static func row(
        _ device: DeviceList.Device, of platform: DeviceList.Platform
    ) -> [String] {
        let sizes = device.subGroupSizes.map(String.init).joined(separator: ",")
        let subGroups = device.supportsSubGroups ? (sizes.isEmpty ? "yes" : sizes) : "no"
        // "OpenCL 3.0 PoCL ...": the number is what matters here; --json has the rest.
        let version = device.openCLVersion.split(separator: " ").dropFirst().first ?? "?"
        let megabytes = Double(device.globalMemoryByteCount) / 1e6
        return [
            device.selector, device.name + (device.isAvailable ? "" : " (not available)"),
            device.type, "\(device.computeUnitCount)", megabytes.formatted(decimals: 0),
            "\(device.localMemoryByteCount / 1024)", device.supportsHalf ? "yes" : "no",
            subGroups, device.matrix.unit ?? "no", String(version), device.driverVersion,
            platform.name,
        ]
    }
}
