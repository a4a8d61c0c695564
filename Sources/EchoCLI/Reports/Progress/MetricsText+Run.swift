import EchoExtract
import EchoStore
import FoundationEssentials

extension MetricsText.Run {
    /// The run that begins now.
    init(_ options: Extraction.Options, model: String, precision: Echo.Precision) {
        output = URL(filePath: options.output).path
        shard = options.storage.shard.description
        self.precision = precision.rawValue
        self.model = model
        start = Date.now.timeIntervalSince1970
    }
}
