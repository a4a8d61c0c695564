import EchoFormats
import EchoGPU
import EchoModel
import EchoOpenCL
import EchoVerify

/// Lets a device's matrix unit compute a model only if it was right on that card, and was faster than the vector
/// units: found out at its first use there, and kept.
package struct MatrixTrial {
    private let store: MatrixVerdictStore
    private let check: (GPUBackend, Configuration) throws -> String?
    private let time: (GPUBackend, GPUBackend, Configuration) throws -> MatrixVerdict.Times
    private let progress: (String) -> Void

    /// - Parameters:
    ///   - store: Where verdicts are kept.
    ///   - check: What is wrong with a unit; nil if it is right.
    ///   - time: Times a unit, then the vector units alone.
    ///   - progress: Told before what takes long.
    package init(
        store: MatrixVerdictStore = MatrixVerdictStore(),
        check: @escaping (GPUBackend, Configuration) throws -> String? = {
            try MatrixCheck.problem(of: $0, for: $1)
        },
        time: @escaping (GPUBackend, GPUBackend, Configuration) throws -> MatrixVerdict.Times = {
            try MatrixCheck.times(unit: $0, vectors: $1, for: $2)
        },
        progress: @escaping (String) -> Void = { _ in }
    ) {
        (self.store, self.check, self.time) = (store, check, time)
        self.progress = progress
    }

    /// What came of it.
    package struct Outcome {
        package let verdict: MatrixVerdict
        /// Where the verdict comes from, in words.
        package let origin: String
        /// What is unusual and not said again: a unit that is wrong, a verdict that cannot be kept.
        package var warnings: [String] = []
    }

    /// The verdict on the backend's unit for a model of these sizes; nil if it uses none.
    ///
    /// - Throws: ``SettingError`` if `$ECHO_KERNEL_DIR` cannot be used.
    package func outcome(_ backend: GPUBackend, _ configuration: Configuration) throws -> Outcome? {
        guard let unit = backend.unit else { return nil }
        let key = try MatrixVerdictKey(backend, model: configuration.sizes)
        let kept = store.load(key)
        let needsTimes = !backend.matrix.isAskedFor
        if let verdict = kept.verdict,
            !needsTimes || verdict.times != nil || verdict.problem != nil
        {
            return Outcome(verdict: verdict, origin: kept.reason)
        }
        let attempt = MatrixAttempt(of: key, in: store)
        progress(
            "checking the matrix unit \(unit.name) of \(backend.name) against the CPU path: its first use with "
                + "this model, driver and precision")
        let (verdict, isLasting) =
            attempt.problem.map { (MatrixVerdict(problem: $0), true) }
            ?? judge(backend, unit, configuration)
        var outcome = Outcome(verdict: verdict, origin: "checked now")
        if let problem = verdict.problem {
            outcome.warnings.append(
                "the matrix unit \(unit.name) of \(backend.name) did not pass the check against the CPU path, "
                    + "and is not used: \(problem)")
        }
        defer { attempt.end() }
        if isLasting, !Compilation.hasEnded {
            do {
                try store.keep(verdict, for: key)
            } catch {
                outcome.warnings.append(
                    "\(store.file(for: key).path) cannot be written: \(error.systemReason). "
                        + "The matrix unit is checked at every start; make the folder writable or set "
                        + "XDG_CACHE_HOME to one that is.")
            }
        }
        return outcome
    }

    /// Checks the unit, on a backend of its own, and times it if it is right.
    ///
    /// - Returns: The verdict, and whether it would be the same the next time: a device without memory may have some
    ///   then.
    private func judge(
        _ backend: GPUBackend, _ unit: MatrixUnit, _ configuration: Configuration
    ) -> (MatrixVerdict, isLasting: Bool) {
        do {
            let tried = try backend.opened(with: .unit(unit))
            if let problem = try check(tried, configuration) {
                return (MatrixVerdict(problem: problem), true)
            }
            guard !backend.matrix.isAskedFor else { return (MatrixVerdict(), true) }
            let vectors = try backend.opened(with: .off)
            return (MatrixVerdict(times: try time(tried, vectors, configuration)), true)
        } catch {
            let isPassing = (error as? OpenCLError)?.deviceFailure != nil
            return (MatrixVerdict(problem: "it fails: \(error)"), !isPassing)
        }
    }
}

extension Configuration {
    /// What kernels depend on, in words.
    fileprivate var sizes: String {
        "width \(embeddingWidth), \(layerCount) layers, \(headCount) heads, hidden \(feedForwardWidth), "
            + "\(positionCount) positions"
    }
}

extension DeviceChoice {
    /// The same device with its matrix unit where that may compute a model of these sizes, else without.
    ///
    /// - Throws: ``EchoError`` of kind `device` if the unit was asked for by name and may not.
    package func judged(
        for configuration: Configuration, by trial: MatrixTrial = MatrixTrial()
    ) throws -> DeviceChoice {
        guard let backend, let outcome = try trial.outcome(backend, configuration) else {
            return self
        }
        let verdict = outcome.verdict
        guard let objection = verdict.objection(isAskedFor: backend.matrix.isAskedFor) else {
            var judged = self
            judged.matrixWarnings = outcome.warnings
            judged.verdict = "\(verdict.description), \(outcome.origin)"
            return judged
        }
        if backend.matrix.isAskedFor, let unit = backend.unit {
            throw EchoError(GPUError.unit(unit, device: backend.name, problem: objection))
        }
        return replaced(
            by: try backend.withoutUnit("\(objection), \(outcome.origin)"),
            warnings: outcome.warnings)
    }
}
