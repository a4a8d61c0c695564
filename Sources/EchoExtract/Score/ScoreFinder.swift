import EchoOpenCL
import EchoScore
import EchoStore
import Logging
import Synchronization

/// Finds nearest rows on a device, which is opened when there is enough to do for it: small banks are compared
/// sooner than a device is. The answers are the same.
final class ScoreFinder: NearestFinder {
    private let device: String
    private let logger: Logger?
    private let opened = Mutex<(any NearestFinder)?>(nil)

    /// Products of two values below which a device is not worth opening: about 0.1 s of a core.
    private static let smallCount = 1 << 28

    init(device: String, logger: Logger?) { (self.device, self.logger) = (device, logger) }

    func nearest(
        _ count: Int, to queries: RowsInMemory, in bank: any RowSource, by metric: Metric,
        excluding excluded: [[Int]]
    ) throws -> [[Neighbour]] {
        let products = Double(queries.rowCount) * Double(bank.rowCount) * Double(bank.width)
        // A device that was asked for is opened in any case: if it is missing, that is an error.
        let mayDoWithout = [DeviceSelector.auto, .cpuPath].contains(DeviceSelector(device))
        let finder: any NearestFinder =
            mayDoWithout && products < Double(Self.smallCount)
            ? ExactNearest() : try openedDevice()
        return try finder.nearest(count, to: queries, in: bank, by: metric, excluding: excluded)
    }

    private func openedDevice() throws -> any NearestFinder {
        try opened.withLock { opened in
            if let opened { return opened }
            let device = try NearestDevice(DeviceSelector(device))
            if let warning = device.warning { logger?.warning("\(warning)") }
            logger?.notice("\(device.reason)")
            opened = device.finder
            return device.finder
        }
    }
}
