import EchoExtract

/// A folder of embeddings, made, resumed, and stopped.
func makeArchive(_ echo: Echo, _ path: String, in folder: String) async throws {
    let storage = OutputOptions(
        layout: FolderLayout.parts, shard: Shard(index: 0, count: 1) ?? .whole, partSize: 2,
        format: ArrayFormat.npy, element: ArrayElement.float32)
    var options = Extraction.Options(output: folder, storage: storage)
    options.failureLimit = FailureLimit.count(0)
    let meter = ProgressMeter()
    let first: ExtractionSummary = try await echo.extract([path], options: options, meter: meter) {
        (progress: Extraction.Progress) in
        print("\(progress.finishedCount) of \(progress.totalCount)")
    }
    try require(meter.now.phase == Extraction.Progress.Phase.ended, "a meter sees the end")
    let failures: [ExtractionSummary.BadRecording] = first.bad
    let shares: [DeviceShare] = first.devices
    try require(first.embeddedCount == 1 && failures.isEmpty, "one recording is embedded")
    try require(shares.map(\.segmentCount).reduce(0, +) == first.segmentCount, "shares add up")

    let again = try Extraction(of: .paths([path]), options: options)
    let stop = StopRequest()
    let second = try again.run(on: echo, stop: stop)
    try require(
        second.embeddedCount == 0 && second.embeddedBeforeCount == 1, "nothing is done twice")
}
