extension Extraction {
    /// How far an extraction is, at one moment: ``ProgressMeter/now``.
    public struct Progress: Sendable {
        /// What is going on.
        public enum Phase: String, Hashable, Sendable, CaseIterable {
            /// The output folder is compared with the inputs.
            case comparing
            /// The first recordings are read; no segment has come of them yet.
            case reading
            /// The device's driver compiles kernels; what it has is embedded meanwhile.
            case compiling
            /// Segments are embedded.
            case embedding
            /// Nothing goes on any more: all is done, or it was stopped, or it failed.
            case ended
        }

        /// What is going on.
        public package(set) var phase = Phase.comparing
        /// Recordings that were written or found bad, out of ``totalCount``.
        public package(set) var finishedCount = 0
        /// Recordings that the run is to embed: those that the folder does not hold.
        public package(set) var totalCount: Int
        /// Of ``finishedCount``, those that could not be embedded, by the code of the reason.
        public package(set) var failedCounts: [String: Int] = [:]
        /// Bytes of the files that are embedded, out of ``totalByteCount``. Of a recording whose segments
        /// are still being embedded, its size times their share. Of recordings that failed, all.
        public package(set) var byteCount = 0
        /// Bytes of the files that the run is to embed; 0 if no size is known.
        public package(set) var totalByteCount = 0
        /// Bytes of the files that were read once: the first pass, which counts samples and finds means.
        public package(set) var readByteCount = 0
        /// Segments that the device has embedded.
        public package(set) var segmentCount = 0
        /// Seconds of sound that the device has embedded.
        public package(set) var soundSeconds = 0.0
        /// Seconds since the extraction began.
        public package(set) var seconds = 0.0
        /// Seconds of sound that are embedded in a second, of late; at the end of all. Nil while nothing is.
        public package(set) var timesRealTime: Double?
        /// Seconds to the end at the speed of late, by bytes; nil while that is not known.
        public package(set) var secondsLeft: Double?
        /// What each device did.
        public package(set) var devices: [DeviceShare] = []

        package init(totalCount: Int = 0) { self.totalCount = totalCount }

        /// Recordings that could not be embedded.
        public var failedCount: Int { failedCounts.values.reduce(0, +) }

        /// Recordings that were embedded.
        public var embeddedCount: Int { finishedCount - failedCount }

        /// How much is done, 0 to 1: by bytes, or by recordings if no size is known.
        public var share: Double {
            // Nothing to do is all done, but not before that is known.
            if totalCount == finishedCount { return totalCount > 0 || phase == .ended ? 1 : 0 }
            if totalByteCount > 0 { return min(1, Double(byteCount) / Double(totalByteCount)) }
            return Double(finishedCount) / Double(max(totalCount, 1))
        }
    }
}
