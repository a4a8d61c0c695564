import EchoExtract

/// What `extract` says of single recordings while it runs: those that failed, and those that are unusual.
enum RemarkReport {
    static func write(_ remark: RecordingRemark) {
        let log = ConsoleLogHandler.logger()
        switch remark {
        case .failure(let recording):
            log.error(
                "\(recording.path): \(recording.reason)",
                metadata: [
                    "recording": "\(recording.path)", "code": "\(recording.code)",
                    "reason": "\(recording.reason)",
                ])
        case .note(let path, let note):
            log.warning(
                "\(path): \(note)", metadata: ["recording": "\(path)", "note": "\(note)"])
        }
    }
}
