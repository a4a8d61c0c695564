import EchoExtract

/// Models of the hub, as far as they go without a network.
func lookAtModels() throws {
    let hub = try ModelHub(environment: ["HF_HUB_OFFLINE": "1", "HF_HOME": "/nonexistent"])
    let cached: [ModelHub.CachedModel] = hub.list()
    try require(cached.isEmpty, "a cache that is not there has no model")
    let sizes: [ModelHub.Sizes] = cached.compactMap(\.encoder)
    let checks: [ModelHub.Verification] = try hub.verify()
    let files: [ModelHub.FileCheck] = checks.flatMap(\.checks)
    try require(sizes.isEmpty && files.isEmpty, "nothing is checked")
    do {
        let model: ModelHub.Model = try hub.model(
            "yucongzh/echo-tiny-0828", asking: ModelHub.Asking.whereMissing
        ) { (progress: ModelHub.Progress) in print(progress.file, progress.receivedByteCount) }
        throw EchoError(.data, "\(model.name) came without a network")
    } catch let error as EchoError where error.kind == .hub {
        // As documented.
    }
}
